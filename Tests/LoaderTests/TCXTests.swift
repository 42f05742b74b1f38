import Glibc
import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Legacy programs at tcx: replaced by compare-and-swap, and put back.
    @Suite(.requires(.tcx)) struct TCX {
        @Test(arguments: [true, false], Membership.allCases)
        func `replaced in place and back; what stands beside it stays`(linked: Bool, membership: Membership) throws {
            try withNode { node in
                let (front, behind) = try (node.foreignProgram("front"), node.foreignProgram("behind"))
                let frontLink = try node.link(front.pin)
                let link = try node.moveToTCX(linked: linked)
                try node.attach(behind.pin)
                let before = try node.tcx()
                let legacy = try #require(before.entries.dropFirst().first)
                #expect(before.entries.map(\.linkID) == [frontLink.id, link?.id, nil])
                let plan = try node.plan(membership)
                #expect(plan.blocked == [])
                let hook = try #require(plan.hooks.first)
                #expect(plan.hooks.count == 1 && hook.kind == .tcx && hook.program?.id == legacy.programID)
                #expect(hook.attachment == Attachment(linkID: link?.id, position: 1, revision: before.revision))
                #expect(plan.document.decision.hooks.first?.linkID == link?.id)
                let lines = plan.document.hooks.filter { $0.kind == .tcx && $0.netns == plan.node.identity }
                #expect(lines.map(\.action) == [.foreign, .replace, .foreign])
                #expect(lines.map(\.program?.id) == [front.id, legacy.programID, behind.id])

                let run = try node.mustApply(plan)
                var expected = before.entries
                expected[1].programID = run.replacement.id
                #expect(try node.tcx().entries == expected)
                let ledger = try node.burst(["pod1", "pod2"])
                #expect(ledger.isClean)
                #expect(try node.counters(run.replacement)["redirected"] == ledger.sent)

                let restored = try node.rollback(run.runID)
                #expect(restored.proof.identical && restored.state == .rolledBack && restored.changed)
                #expect(restored.proof.changedByOthers == [] && restored.proof.vanished == [])
                #expect(try node.tcx().entries == before.entries)
                // Each of the two exchanges counts; nothing else is another.
                #expect(try node.tcx().revision == before.revision + 2)
                #expect(try node.burst(["pod1"]).isClean)
                withExtendedLifetime((frontLink, link)) {}
            }
        }

        @Test(arguments: [true, false]) func `not a packet is lost through cycles`(linked: Bool) throws {
            try withNode(pods: 3) { node in
                let link = try node.moveToTCX(linked: linked)
                let before = try node.tcx().entries
                let plan = try node.plan()
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2", "pod3"], rate: 2000, seconds: 600))
                while traffic.receivedSoFar < 300 { pause() }
                for _ in 1...6 {
                    let run = try node.mustApply(plan)
                    for _ in 1...10 { pause() }
                    let counters = try node.counters(run.replacement)
                    #expect(counters["redirected", default: 0] > 0, "traffic never met the replacement")
                    #expect(counters["dropped"] == 0 && counters["error"] == 0)
                    #expect(try node.rollback(run.runID).proof.identical)
                    #expect(try node.tcx().entries == before)
                }
                let ledger = traffic.stop()
                #expect(ledger.isClean && ledger.sent > 1000, "\(ledger)")
                withExtendedLifetime(link) {}
            }
        }

        /// A tcx program in front of a filter sees every packet first, and is nobody's business.
        @Test(arguments: [true, false]) func `in front of clsact it stays untouched`(linked: Bool) throws {
            try withNode { node in
                let foreign = try node.foreignProgram()
                let link = linked ? try node.link(foreign.pin) : nil
                if !linked { try node.attach(foreign.pin) }
                let before = try (node.tcx(), node.filters("hz"))
                let plan = try node.plan()
                #expect(plan.blocked == [] && plan.hooks.map(\.kind) == [.clsact])
                #expect(plan.document.hooks.first { $0.kind == .tcx }?.action == .foreign)
                let run = try node.mustApply(plan)
                #expect(try node.tcx() == before.0)
                let ledger = try node.burst(["pod1"])
                #expect(ledger.isClean)
                #expect(try node.counters(run.replacement)["redirected"] == ledger.sent)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try node.tcx() == before.0 && node.filters("hz") == before.1)
                withExtendedLifetime(link) {}
            }
        }

        @Test func `a link that its owner's process took along: vanished`() throws {
            try withNode { node in
                var link = try node.moveToTCX(linked: true)
                let run = try node.mustApply(try node.plan())
                let id = try #require(link?.id)
                link = nil
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .rolledBack && restored.proof.identical && !restored.changed)
                #expect(
                    restored.proof.vanished == ["hz tcx/ingress: link \(id) is gone, and what it held with it"])
                #expect(try node.tcx().entries == [])
            }
        }

        @Test func `a pinned link outlives its owner, through apply and rollback`() throws {
            try withNode { node in
                var link = try node.moveToTCX(linked: true)
                let id = try #require(link?.id)
                try node.sh("bpftool link pin id \(id) /sys/fs/bpf/agents_link")
                let before = try node.tcx().entries
                let plan = try node.plan()
                link = nil
                let run = try node.mustApply(plan)
                #expect(try node.tcx().entries.map(\.linkID) == [id])
                let restored = try node.rollback(run.runID, nil)
                #expect(restored.proof.identical && restored.changed && restored.proof.vanished == [])
                #expect(try node.tcx().entries == before)
                #expect(try node.burst(["pod1"]).isClean)
                try node.sh("rm /sys/fs/bpf/agents_link")
            }
        }

        @Test(arguments: [true, false]) func `from what the database knew, without pins`(linked: Bool) throws {
            try withNode { node in
                let link = try node.moveToTCX(linked: linked)
                let before = try node.tcx().entries
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                try node.sh("rm -r /sys/fs/bpf/migrate")
                let known = PinnedRun(
                    runID: run.runID, planID: plan.document.planID, nodeNetns: plan.node.identity.cookie,
                    hooks: plan.hooks.map { PinnedHook(before: $0, replacementID: run.replacement.id) })
                let restored = try node.rollback(known: known)
                #expect(restored.state == .rolledBack && restored.proof.identical && restored.changed)
                #expect(try node.tcx().entries == before)
                withExtendedLifetime(link) {}
            }
        }

        private func pause() { usleep(10_000) }
    }
}
