import Kernel
import Model

/// Confirms a run, gives it more time, or another share of the flows: intent in the journal, one compare-and-swap by the control program, evidence.
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

    /// Another share of the flows on the replacement, until the deadline that there is.
    /// - Throws: as ``commit()``.
    public func set(_ share: FlowShare) throws(MigrateError) -> Outcome {
        try transition(.share, "\(share.text) of the flows of run \(pins.runID) on the replacement", to: nil) {
            (control) throws(KernelError) in try control.set(share: share.parts)
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
            ?? "the cell is in state \(answer.after.state)\(share(answer))"
        if answer.refusal == nil, let state {
            note("state: \(state.rawValue)") { () throws(MigrateError) in try journal.set(state: state, reason: nil) }
        }
        note("\(phase.rawValue): \(evidence)") { () throws(MigrateError) in try journal.end(sequence, evidence) }
        return Outcome(answer: answer, lostJournal: lost)
    }

    private func share(_ answer: ControlAnswer) -> String {
        guard answer.before.share != answer.after.share, answer.after.state == .open else { return "" }
        return ", share \(FlowShare(parts: answer.before.share).text) → \(FlowShare(parts: answer.after.share).text)"
    }
}
