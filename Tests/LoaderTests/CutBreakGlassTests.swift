import Inventory
import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// The printed commands at a cut with switches: one line flips every hook back, the others take our programs out.
    @Suite(.requires(.bpftool)) struct CutBreakGlass {
        private func provisional(_ node: TestNode, _ plan: PlanOutcome) throws -> (runID: String, run: Provisional) {
            let applied = try node.apply(plan, cut: .switch, window: 60)
            guard case .provisional(let run) = applied.result else {
                throw TestFailure("not provisional: \(applied.result)")
            }
            return (applied.runID, run)
        }

        private func commands(_ plan: PlanOutcome, _ runID: String, _ run: Provisional) -> [String] {
            let places = zip(plan.hooks, run.replacements).map { hook, replacement in
                BreakGlass.Place(hook, replacement: replacement.id)
            }
            return BreakGlass.commands(places, pins: "\(TestNode.bpffs)/migrate", run: runID, cut: .switch)
        }

        @Test func `the first line flips every hook back, and says so again where it is done already`() throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                let (runID, run) = try provisional(node, plan)
                #expect(try node.burst(["pod1", "pod2"]).isClean)
                let before = try node.counters(run.replacements[0])["to_legacy", default: 0]
                let line = try #require(commands(plan, runID, run).first)
                #expect(try node.sh(line).contains("Return value: 0"))
                #expect(try node.cell(runID).word.state == .rolledBack)
                #expect(try node.burst(["pod1", "pod2"]).isClean)
                #expect(try node.counters(run.replacements[0])["to_legacy", default: 0] > before + 10)
                #expect(try node.sh(line).contains("Return value: 2"))
                let restoration = try node.rollback(runID)
                #expect(restoration.proof.identical, "\(restoration.proof)")
            }
        }

        /// - Parameter knowsRun: whether the run printed them, or its plan, which knew neither run nor programs.
        @Test(arguments: [true, false]) func `all of them, and nothing is left`(knowsRun: Bool) throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                let legacy = try #require(plan.hooks.first?.program?.id)
                let (runID, run) = try provisional(node, plan)
                let lines = knowsRun ? commands(plan, runID, run) : plan.document.breakGlass
                #expect(lines.count == plan.hooks.count + 2)
                let last = try #require(lines.last)
                // Not before the hooks are back: and then not even the plain replacements' pins have gone.
                #expect(throws: (any Error).self) { try node.sh(last) }
                #expect(try node.sh("ls \(TestNode.bpffs)/migrate/\(runID)").contains("plain_0"))
                for line in lines { try node.sh(line) }
                #expect(try node.filters("hz").contains(" id \(legacy) "))
                #expect(try node.pinnedRuns() == [])
                #expect(!BPFProgram.exists(id: run.replacements[0].id))
                #expect(try node.burst(["pod1", "pod2"]).isClean)
            }
        }

        @Test(.requires(.python3), arguments: [true, false])
        func `at tcx, where finalize was cut off behind the first hook`(linked: Bool) throws {
            try withNode(pods: 1) { node in
                let link = try node.moveToTCX(linked: linked)
                let before = try node.tcx().entries
                let plan = try node.plan()
                let (runID, run) = try provisional(node, plan)
                #expect(try node.control(runID) { try $0.commit() }.refusal == nil)
                // As finalize would: the plain replacement, by its pin.
                if !linked {
                    try node.replace(
                        program: run.replacements[0].id, by: "\(TestNode.bpffs)/migrate/\(runID)/plain_0")
                }
                for line in plan.document.breakGlass { try node.sh(line) }
                #expect(try node.tcx().entries == before)
                #expect(try node.pinnedRuns() == [])
                withExtendedLifetime(link) {}
            }
        }
    }
}
