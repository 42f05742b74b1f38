import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Our program is loaded and its slot is not found: the pins hold the only copy of what belongs there.
    @Suite struct StillLoaded {
        /// The same hooks, in a namespace that nobody finds.
        private func misplaced(
            _ plan: PlanOutcome, _ run: (runID: String, replacement: ProgramReference)
        ) -> PinnedRun {
            PinnedRun(
                runID: run.runID, planID: plan.document.planID, nodeNetns: plan.node.identity.cookie,
                hooks: plan.hooks.map { hook in
                    var hook = hook
                    hook.netns.cookie = .max
                    hook.filter?.netns = .max
                    return PinnedHook(before: hook, replacementID: run.replacement.id)
                })
        }

        @Test func `the namespace is not found: residual, the pins stay, the right one restores`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let pins = try node.sh("ls -R /sys/fs/bpf/migrate")
                let lost = try node.rollback(known: misplaced(plan, run))
                #expect(lost.state == .residual && !lost.changed && !lost.proof.identical)
                #expect(lost.proof.vanished == [] && lost.proof.hooks?.map(\.standing) == [.unknown])
                #expect(lost.proof.differences.count == 1)
                #expect(lost.proof.differences.contains { $0.contains("\(run.replacement.id) is still loaded") })
                #expect(try node.sh("ls -R /sys/fs/bpf/migrate") == pins)
                #expect(try node.programID() == run.replacement.id)
                let found = try node.rollback(run.runID)
                #expect(found.state == .rolledBack && found.proof.identical && found.changed)
                #expect(try node.plan().hooks == plan.hooks)
            }
        }

        @Test func `somebody pinned our program: residual until that pin goes`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let held = "\(TestNode.bpffs)/held"
                try node.sh("bpftool prog pin id \(run.replacement.id) \(held)")
                for _ in 1...2 {
                    let restored = try node.rollback(run.runID)
                    #expect(restored.state == .residual)
                    #expect(restored.proof.differences.count == 1)
                    #expect(
                        restored.proof.differences.first?.contains("\(run.replacement.id) is still loaded") == true)
                    #expect(try node.pinnedRuns() == [run.runID])
                    #expect(try node.sh("ls /sys/fs/bpf/migrate/\(run.runID)") == "legacy_0\nrecord\n")
                    // The pins of the run keep the legacy program, too: who does is no matter.
                    #expect(try node.plan().hooks.map(\.filter) == plan.hooks.map(\.filter))
                }
                try node.sh("rm \(held)")
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        /// The interface vanishes, and yet its program lives on somewhere.
        @Test func `the hook vanished and our program is held: the legacy program is not let go`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let legacy = try #require(plan.hooks.first?.program)
                let run = try node.mustApply(plan)
                let held = "\(TestNode.bpffs)/held"
                try node.sh("bpftool prog pin id \(run.replacement.id) \(held); ip link del hz")
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .residual && restored.proof.vanished.count == 1)
                let pin = try node.pins(of: run.runID).legacyPath(0)
                #expect(try node.sh("bpftool prog show pinned \(pin)").hasPrefix("\(legacy.id):"))
                try node.sh("rm \(held)")
                #expect(try node.rollback(run.runID).state == .rolledBack)
            }
        }
    }
}
