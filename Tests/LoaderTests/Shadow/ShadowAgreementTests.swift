import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Where map and FIB say the same, the shadow must say so, of every packet, and change nothing.
    @Suite(.requires(.tcx)) struct ShadowAgreement {
        @Test(arguments: Membership.allCases)
        func `every packet is counted once, and agrees`(membership: Membership) throws {
            try withNode(pods: 3) { node in
                let plan = try node.plan(membership)
                let before = try (node.filters("hz"), node.tcx())
                let result = try node.shadowedBurst(plan, to: ["pod1", "pod2", "pod3"])
                let compared = result.totals.compared
                #expect(compared.differing == 0 && compared.agreed + compared.unresolved == result.totals.eligible)
                #expect(result.totals.bothMiss == 0 && result.totals.untabled == 0 && result.packets == [])
                #expect(result.destinations.count == 3)
                #expect(try node.filters("hz") == before.0 && node.tcx().entries == before.1.entries)
            }
        }

        @Test func `two maps, two families, and many hooks of one program`() throws {
            try withNode(.fabric, pods: 3, ipv6: true) { node in
                let plan = try node.plan()
                let groups = try ShadowGroup.groups(plan)
                #expect(plan.hooks.count > 1 && groups.count == 1 && groups.first?.configuration.maps.count == 2)
                let result = try node.shadowedBurst(plan, to: ["pod1", "pod2", "pod3"], ipv6: true)
                #expect(result.totals.compared.differing == 0, "\(result.totals) \(result.packets.first as Any)")
                #expect(Set(result.destinations.map(\.address.family)) == [.ipv4, .ipv6])
            }
        }

        @Test(arguments: [true, false]) func `at tcx it stands directly in front, and makes no plan stale`(linked: Bool)
            throws
        {
            try withNode { node in
                let front = try node.link(try node.foreignProgram("front").pin)
                let link = try node.moveToTCX(linked: linked)
                let behind = try node.foreignProgram("behind")
                try node.attach(behind.pin)
                let before = try node.tcx().entries
                let plan = try node.plan()
                let result = try node.shadowed(plan) { _ in
                    let now = try node.tcx().entries
                    #expect(now.count == 4 && now[0] == before[0] && Array(now[2...]) == Array(before[1...]))
                    let again = try node.plan()
                    #expect(again.document.planID == plan.document.planID && again.blocked == [])
                    let ours = again.document.hooks.filter {
                        $0.action == .ours && $0.netns == again.node.identity
                    }
                    #expect(ours.map(\.program?.id) == [now[1].programID] && ours.first?.why.contains("shadow") == true)
                    #expect(try node.burst(["pod1"]).isClean)
                }
                #expect(result.totals.compared.differing == 0 && result.totals.compared.all > 0)
                #expect(try node.tcx().entries == before)
                withExtendedLifetime((front, link)) {}
            }
        }

        @Test
        func `in front of a filter it comes behind all programs at tcx, and what is attached can still be applied`()
            throws
        {
            try withNode { node in
                let front = try node.link(try node.foreignProgram("front").pin)
                let plan = try node.plan()
                let result = try node.shadowed(plan) { shadows in
                    #expect(try node.tcx().entries.first?.linkID == front.id && node.tcx().entries.count == 2)
                    #expect(try node.plan().document.planID == plan.document.planID)
                    let run = try node.mustApply(plan)
                    #expect(shadows.disturbances().count == 1, "the slot holds another program now")
                    #expect(try node.burst(["pod1"]).isClean)
                    #expect(try node.rollback(run.runID).proof.identical)
                }
                #expect(result.totals.compared.differing == 0 && result.totals.compared.all > 0)
                withExtendedLifetime(front) {}
            }
        }

        @Test func `a foreign program that took its place counts as a disturbance`() throws {
            try withNode { node in
                // Held by this pin, the legacy program outlives its filter.
                let kept = try node.pinned("ztunnel_host_ingress")
                let plan = try node.plan()
                _ = try node.shadowed(plan) { shadows in
                    let foreign = try node.foreignProgram("taker", verdict: 0)
                    let legacy = try node.programID()
                    try node.overwrite(with: foreign.pin)
                    #expect(shadows.disturbances().first?.contains("held program \(legacy)") == true)
                    try node.overwrite(with: kept)
                }
            }
        }
    }
}
