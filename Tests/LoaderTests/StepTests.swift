import Loader
import Model
import ModelSamples
import TestSupport
import Testing

/// Every durable write is announced before and after: there a run may be cut off.
@Suite struct RunStepTests {
    @Test func `the journal names its writes`() throws {
        let scratch = try StateScratch()
        let store = scratch.store
        let run = Sample.run(planID: "p-1")
        try store.create(run: run)
        let steps = RecordedSteps()
        let journal = StoreJournal(store: store, runID: run.id, observer: steps)
        let sequence = try journal.begin(.pin, "pin 2 programs")
        try journal.set(
            programs: Array(repeating: HookPrograms(replacement: Sample.ours, plain: Sample.plain), count: 2))
        try journal.set(state: .provisional, reason: nil)
        try journal.end(sequence, "pinned")
        let names = ["journal.begin.pin", "journal.programs", "journal.state.provisional", "journal.end.pin"]
        #expect(
            steps.all
                == names.flatMap { [RunStep(name: $0, when: .before), RunStep(name: $0, when: .after)] })
        let written = try store.run(idPrefix: run.id)
        #expect(written.state == .provisional && written.hooks.allSatisfy { $0.plain == Sample.plain })
    }

    @Test func `what fails has no after`() throws {
        let scratch = try StateScratch()
        let steps = RecordedSteps()
        let journal = StoreJournal(store: scratch.store, runID: "r-none", observer: steps)
        #expect(throws: MigrateError.self) { try journal.set(state: .committed, reason: nil) }
        #expect(steps.all == [RunStep(name: "journal.state.committed", when: .before)])
    }

    @Test func `pins go in the order that a rollback can bear`() {
        let names = ["cell", "control", "enrolled_7", "foreign", "legacy_0", "legacy_1", "plain_0", "record", "slot_0"]
        let all = PinName.removal(names, enrolled: true)
        #expect(
            all == [
                "legacy_0", "legacy_1", "slot_0", "plain_0", "enrolled_7", "control", "cell", "record",
            ])
        #expect(PinName.removal(names, enrolled: false) == all.filter { $0 != "enrolled_7" })
    }
}
