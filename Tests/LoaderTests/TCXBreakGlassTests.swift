import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// The printed commands put a program at tcx back exactly: same position, same link.
    @Suite(.requires(.tcx), .requires(.python3), .requires(.bpftool)) struct TCXBreakGlass {
        /// - Parameter knowsRun: whether the run printed them, or its plan, which knew neither run nor replacement.
        @Test(arguments: [true, false], [true, false])
        func `exact, and rollback finds nothing left to do`(linked: Bool, knowsRun: Bool) throws {
            try withNode(pods: 1) { node in
                let front = try node.foreignProgram()
                try node.attach(front.pin)
                let link = try node.moveToTCX(linked: linked)
                try node.attach(try node.foreignProgram("behind").pin)
                let before = try node.tcx().entries
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                #expect(try node.tcx().entries != before)
                let places = plan.hooks.map {
                    BreakGlass.Place($0, replacement: knowsRun ? run.replacement.id : nil)
                }
                let commands = BreakGlass.commands(
                    places, pins: "/sys/fs/bpf/migrate", run: knowsRun ? run.runID : nil)
                // Replaced directly, the run has no cell.
                for line in knowsRun ? commands : Array(plan.document.breakGlass.dropFirst()) { try node.sh(line) }
                #expect(try node.tcx().entries == before)
                #expect(try node.pinnedRuns() == [])
                #expect(try node.burst(["pod1"]).isClean)
                withExtendedLifetime(link) {}
            }
        }

        @Test func `somebody else's program is not touched, and the pins stay`() throws {
            try withNode(pods: 1) { node in
                try node.moveToTCX(linked: false)
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let foreign = try node.foreignProgram()
                try node.replace(program: run.replacement.id, by: foreign.pin)
                for line in plan.document.breakGlass {
                    #expect(throws: (any Error).self) { try node.sh(line) }
                }
                #expect(try node.tcx().entries.map(\.programID) == [foreign.id])
                #expect(try node.pinnedRuns() == [run.runID])
                try node.replace(program: foreign.id, by: try node.pins(of: run.runID).legacyPath(0))
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }
    }
}
