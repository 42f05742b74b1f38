import Glibc
import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Interfaces, qdiscs and pins that go away under a run.
    @Suite struct Vanishing {
        private func withoutFirst(_ node: TestNode, _ plan: PlanOutcome, _ phase: RunPhase) throws -> TestNode.Applied {
            var isDone = false
            return try node.apply(
                plan,
                TestJournal(onBegin: { (begun, _) throws(MigrateError) in
                    guard begun == phase, !isDone else { return }
                    isDone = true
                    try MigrateError.wrapping { try node.sh("ip link del hz") }
                }))
        }

        @Test(arguments: [RunPhase.pin, .load, .warm, .replace, .verify])
        func `an interface goes while applying: vanished, no residue`(phase: RunPhase) throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let before = try node.filters("hz2")
                let undone = try withoutFirst(node, try node.plan(), phase).undone()
                #expect(undone.restoration?.state == .rolledBack && undone.restoration?.proof.identical == true)
                #expect(undone.restoration?.proof.vanished.count == 1)
                #expect(undone.restoration?.proof.vanished.first?.contains("hz clsact/ingress") == true)
                #expect(try node.filters("hz2") == before)
            }
        }

        @Test func `it goes as the run commits: committed, and vanished in the rollback`() throws {
            try withNode(pods: 1) { node in
                let applied = try withoutFirst(node, try node.plan(), .commit)
                guard case .committed = applied.result else {
                    Issue.record("not committed")
                    return
                }
                let restored = try node.rollback(applied.runID)
                #expect(restored.state == .rolledBack && restored.proof.vanished.count == 1 && !restored.changed)
            }
        }

        @Test(arguments: ["ip link del hz", "ip link set hz netns pod1", "ip netns del ztunnel"])
        func `it goes before the rollback: vanished, the other hook is exact`(how: String) throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let before = try node.filters("hz2")
                let run = try node.mustApply(try node.plan())
                try node.sh(how)
                if how.contains("netns del") { try waitUntilGone("hz2", in: node) }
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .rolledBack && restored.proof.identical)
                if how.contains("netns del") {
                    #expect(restored.proof.vanished.count == 2)
                } else {
                    #expect(restored.proof.vanished == ["hz clsact/ingress: the interface is gone"])
                    #expect(try node.filters("hz2") == before)
                }
            }
        }

        @Test func `a renamed interface is the same interface`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                try node.sh("ip link set hz down; ip link set hz name renamed; ip link set renamed up")
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try node.plan().hooks.map(\.filter) == plan.hooks.map(\.filter))
            }
        }

        /// Namespaces are taken down in the background.
        private func waitUntilGone(_ interface: String, in node: TestNode) throws {
            for _ in 0..<200 {
                if try !node.sh("ip -o link").contains(" \(interface)@") { return }
                usleep(20_000)
            }
            throw TestFailure("\(interface) is still there")
        }

        @Test func `the qdisc goes before the rollback: a difference, and the pins mend it`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                try node.sh("tc qdisc del dev hz clsact")
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .residual && !restored.changed)
                let pin = try node.pins(of: run.runID).legacyPath(0)
                #expect(
                    restored.proof.differences.first?.hasSuffix("attached nowhere; it stays pinned as \(pin)") == true)
                #expect(try node.pinnedRuns() == [run.runID])
                // Again: nothing new, and nothing lost.
                #expect(try node.rollback(run.runID).state == .residual)
                try node.sh("tc qdisc add dev hz clsact")
                try node.overwrite(with: pin)
                let again = try node.rollback(run.runID)
                #expect(again.state == .rolledBack && again.proof.identical)
                #expect(try node.plan().hooks == plan.hooks)
            }
        }

        @Test func `pins removed by hand: rollback from what the database knew`() throws {
            try withNode(pods: 1) { node in
                // Something else keeps the legacy program alive, as a second hook with it does.
                _ = try node.pinned("ztunnel_host_ingress")
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                try node.sh("rm -r /sys/fs/bpf/migrate")
                #expect(throws: MigrateError.self) { try node.rollback(run.runID) }
                let restored = try node.rollback(known: known(plan, run))
                #expect(restored.state == .rolledBack && restored.proof.identical && restored.changed)
                #expect(try node.plan().hooks == plan.hooks)
            }
        }

        @Test func `pins removed and the legacy program freed: a residue, and the replacement stays`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                try node.sh("rm -r /sys/fs/bpf/migrate; sleep 0.5")
                let restored = try node.rollback(known: known(plan, run))
                let legacy = try #require(plan.hooks.first?.program)
                #expect(
                    restored.state == .residual
                        && restored.proof.differences.first?.contains("program \(legacy.id)") == true)
                #expect(try node.programID() == run.replacement.id)
                #expect(try node.burst(["pod1"]).isClean)
                try node.sh("tc filter del dev hz ingress; sleep 0.5")
            }
        }

        private func known(_ plan: PlanOutcome, _ run: (runID: String, replacement: ProgramReference)) -> PinnedRun {
            PinnedRun(
                runID: run.runID, planID: plan.document.planID, nodeNetns: plan.node.identity.cookie,
                hooks: plan.hooks.map { PinnedHook(before: $0, replacementID: run.replacement.id) })
        }
    }
}
