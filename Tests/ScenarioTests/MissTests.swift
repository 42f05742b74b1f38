import Inventory
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// What a miss returns decides whether those behind the hook see it.
    @Suite struct Misses {
        /// The program behind the hook drops all that it sees, so what arrives was not shown to it.
        @Test(arguments: [HookKind.tcx, .clsact], Membership.allCases)
        func `ok ends the chain, next goes on`(kind: HookKind, membership: Membership) throws {
            try withNode { node in
                if kind == .tcx { try node.moveToTCX(linked: false) }
                let dropping = try node.foreignProgram(verdict: 2).pin
                if kind == .tcx {
                    try node.attach(dropping)
                } else {
                    try node.sh("tc filter add dev hz ingress prio 7 bpf direct-action object-pinned \(dropping)")
                }
                for miss in [Profile.OnMiss.ok, .next] {
                    var profile = try TestNode.profile()
                    profile.contract.onMiss = miss
                    let run = try node.mustApply(try node.plan(membership, profile: profile))
                    #expect(try node.burst(["pod1"]).isClean, "a hit is nobody else's either way")
                    if membership == .legacyKeys {
                        // plain is no key.
                        let ledger = try node.burst(["plain"])
                        #expect(ledger.sent > 0 && ledger.received == (miss == .ok ? ledger.sent : 0), "\(miss)")
                    }
                    #expect(try node.rollback(run.runID).proof.identical)
                }
            }
        }
    }
}
