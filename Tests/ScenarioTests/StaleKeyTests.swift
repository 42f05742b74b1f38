import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// A key that its pod left behind, and whose address another pod has now.
    @Suite struct StaleKeys {
        @Test(arguments: [Membership.legacyKeys, .enrolled])
        func `a pod that is not enrolled gets around the filter by a stale key, and the plan says so`(
            _ membership: Membership
        ) throws {
            try withNode { node in
                let plain = try node.lab.pod("plain").address
                try node.nft(
                    """
                    add table inet lab
                    add chain inet lab passing { type filter hook forward priority 0; policy drop; }
                    """)
                #expect(try node.plan(membership).warning(.healedSkip) == nil)
                #expect(try node.burst(["plain"]).received == 0)
                let former = try #require(MACAddress("0a:58:0a:09:00:63"))
                try node.lab.setEntry(LabMapEntry(address: plain, ifindex: 9999, mac: former))
                #expect(try node.burst(["plain"]).received == 0)
                let plan = try node.plan(membership)
                #expect(plan.blocked == [] && plan.document.membership.widenedTotal == 0)
                #expect(try plan.judged(plain) == "stale-interface/healed")
                let warning = try #require(plan.warning(.healedSkip))
                #expect(
                    warning.message
                        == "\(plain): delivered only afterwards, past nftables inet lab/passing (forward); if such an address went to a pod that is not enrolled, its key is stale"
                )
                #expect(warning.remedy.hasSuffix("migrate explain \(plain)"))
                #expect(plan.document.membership.filtering?.contains("and by \(plain) afterwards") == true)
                let run = try node.mustApply(plan)
                #expect(try node.burst(["plain"]).isClean, "what the warning is about")
                #expect(try node.rollback(run.runID).proof.identical)
                // The agent mends it.
                try node.sh("nft flush ruleset")
                #expect(try node.plan(membership).warning(.healedSkip) == nil, "nothing filters")
            }
        }
    }
}
