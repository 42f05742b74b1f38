import Kernel
import Model

/// Puts the replacement into every hook: pin, enroll, load, warm, replace, verify.
///
/// Pins come before everything else: a replaced program that nobody pinned is gone for good. Whatever fails
/// after that is undone by the very code that `rollback` uses. Each phase is a file of its own.
public struct Installer {
    let request: InstallRequest
    let journal: any RunJournal
    let pins: RunPins

    public init(_ request: InstallRequest, journal: any RunJournal) {
        self.request = request
        self.journal = journal
        pins = RunPins(bpffs: request.bpffs, runID: request.runID)
    }

    public func install() -> InstallResult {
        var clock = PhaseClock()
        var progress = Progress()
        do throws(MigrateError) {
            try clock.measure(.pin) { () throws(MigrateError) in try pin(&progress) }
            let told = try clock.measure(.enroll) { () throws(MigrateError) in try enroll() }
            let programs = try clock.measure(.load) { () throws(MigrateError) in try load(&progress, told) }
            if request.cut == .switch { return try flipped(programs, &progress, &clock) }
            let unresolved = try clock.measure(.warm) { () throws(MigrateError) in try warm() }
            let after = try clock.measure(.replace) { () throws(MigrateError) in try replace(by: programs, &progress) }
            try clock.measure(.verify) { () throws(MigrateError) in try verify(programs) }
            try record(.commit, "commit run \(request.runID)") { () throws(MigrateError) in
                try journal.set(state: .committed, reason: nil)
                return ((), "every hook holds \(programs.summary)")
            }
            return .committed(
                replacements: programs.references, after: after, unresolved: unresolved, timings: clock.timings)
        } catch {
            return undo(because: error, progress)
        }
    }

    /// The switches first, which change nothing for packets; then everything at once.
    private func flipped(
        _ programs: Replacements, _ progress: inout Progress, _ clock: inout PhaseClock
    ) throws(MigrateError) -> InstallResult {
        let after = try clock.measure(.replace) { () throws(MigrateError) in try replace(by: programs, &progress) }
        let unresolved = try clock.measure(.warm) { () throws(MigrateError) in try warm() }
        try request.beforeFlip()
        // As late as can be: somebody may have taken a hook while neighbors were waited for.
        try clock.measure(.verify) { () throws(MigrateError) in try verify(programs) }
        let cell = try clock.measure(.flip) { () throws(MigrateError) in try flip(programs, &progress) }
        guard request.window != nil else {
            return .committed(
                replacements: programs.references, after: after, unresolved: unresolved, timings: clock.timings)
        }
        return .provisional(
            Provisional(
                replacements: programs.references, after: after, unresolved: unresolved, timings: clock.timings,
                cell: cell))
    }

    /// How far it came. Undoing goes by this: what is pinned may not be readable by then.
    struct Progress {
        /// What was pinned; `nil` before all of it is, and nothing is replaced before.
        var run: PinnedRun?
        /// `nil` until this process made the directory of the pins.
        var held: HeldRun?
        /// Hooks that may hold the replacement; the others are not ours to restore.
        var touched: Set<Int> = []
        /// Whether any slot was changed, if only for a moment.
        var isChanged = false
    }

    func title(_ hook: Hook) -> String { hook.title(onNode: request.node.identity.cookie) }

    func record<T>(
        _ phase: RunPhase, _ intent: String, _ act: () throws(MigrateError) -> (T, String)
    ) throws(MigrateError) -> T {
        let sequence = try journal.begin(phase, intent)
        let (value, evidence) = try act()
        try journal.end(sequence, evidence)
        return value
    }

    func checkInterruption() throws(MigrateError) {
        guard let signal = request.interrupted() else { return }
        throw MigrateError(
            .interrupted, "stopped by signal \(signal)", facts: ["it arrived before the run was committed"],
            remedy: "Apply again when ready:  migrate apply")
    }

    func namespaces() throws(MigrateError) -> NamespaceDirectory {
        try acting("find namespaces") { () throws(KernelError) in
            try NamespaceDirectory(node: request.node, seeking: Set(request.hooks.map(\.netns.cookie)))
        }
    }
}
