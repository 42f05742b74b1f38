import Model
import ModelSamples
import Testing

@testable import Inventory

/// What a plan says that `apply` does, in order.
@Suite struct PlanStepsTests {
    private func steps(_ cut: CutKind, _ change: (inout Decision) -> Void = { _ in }) throws -> [String] {
        var decision = try Sample.decision()
        decision.cut = cut
        change(&decision)
        return PlanSteps(decision, pins: "/sys/fs/bpf/migrate/<run>").lines
    }

    @Test func `a switch is installed, flipped, confirmed and, later, taken out`() throws {
        #expect(
            try steps(.switch).map { $0.prefix { $0 != " " } } == [
                "pin", "create", "load", "install", "install", "ask", "flip", "wait", "later,",
            ])
    }

    @Test func `directly, hook after hook`() throws {
        #expect(try steps(.direct).map { $0.prefix { $0 != " " } } == ["pin", "ask", "replace", "replace"])
    }

    @Test func `a pair for each legacy program and for each thing that a replacement is told`() throws {
        func pairs(_ change: (inout Decision) -> Void) throws -> [String] {
            try steps(.switch, change).filter { $0.hasPrefix("load ") }
        }
        #expect(try pairs { _ in }.count == 1)
        #expect(try pairs { $0.hooks[1].program.id += 1 }.count == 2)
        // The deny list is one of the first namespace's.
        let two = try pairs { $0.hooks[1].netns += 1 }
        #expect(two.count == 2 && two[1].contains("slot_1 and plain_1"))
    }

    @Test func `without a hook there is nothing to do`() throws {
        for cut in CutKind.allCases { #expect(try steps(cut) { $0.hooks = [] } == []) }
    }
}
