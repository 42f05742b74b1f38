import Kernel
import Model

/// Confirms a run, or gives it more time: intent in the journal, one compare-and-swap by the control program, evidence.
///
/// What the kernel has decided holds, also where the journal cannot be told any more.
public struct Confirmation {
    let pins: RunPins
    let journal: any RunJournal

    /// What came of it.
    public struct Outcome: Sendable {
        public var answer: ControlAnswer
        /// Lines that belong into the journal and could not be written.
        public var lostJournal: [String]
    }

    public init(bpffs: BPFFileSystem, runID: String, journal: any RunJournal) {
        pins = RunPins(bpffs: bpffs, runID: runID)
        self.journal = journal
    }

    /// No deadline any more. A refusal is in the answer, and the state then as it was or `expired`.
    /// - Throws: before anything was changed: the journal cannot be written, or there is no control program.
    public func commit() throws(MigrateError) -> Outcome {
        try transition(.commit, "confirm run \(pins.runID)", to: .committed) { (control) throws(KernelError) in
            try control.commit()
        }
    }

    /// Moves the deadline.
    /// - Throws: as ``commit()``.
    public func extend(by span: TimeSpan) throws(MigrateError) -> Outcome {
        try transition(.extend, "give run \(pins.runID) \(span.text) more", to: nil) { (control) throws(KernelError) in
            try control.extend(by: span.seconds)
        }
    }

    private func transition(
        _ phase: RunPhase, _ intent: String, to state: RunState?,
        _ act: (borrowing Control) throws(KernelError) -> ControlAnswer
    ) throws(MigrateError) -> Outcome {
        let sequence = try journal.begin(phase, intent)
        let answer = try pins.using(intent) { () throws(KernelError) in try act(try Control(pins)) }
        var lost: [String] = []
        func note(_ line: String, _ write: () throws(MigrateError) -> Void) {
            do throws(MigrateError) { try write() } catch {
                lost.append("\(line) (\(error.facts.first ?? error.what))")
            }
        }
        let evidence =
            answer.refusal.map { "refused: \($0); the cell is in state \(answer.after.state)" }
            ?? "the cell is in state \(answer.after.state)"
        if answer.refusal == nil, let state {
            note("state: \(state.rawValue)") { () throws(MigrateError) in try journal.set(state: state, reason: nil) }
        }
        note("\(phase.rawValue): \(evidence)") { () throws(MigrateError) in try journal.end(sequence, evidence) }
        return Outcome(answer: answer, lostJournal: lost)
    }
}
