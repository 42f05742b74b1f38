import Kernel
import Model

/// What `apply` hands to the installer: a decision, the hooks as they are, and a way to look again.
public struct InstallRequest {
    public var bpffs: BPFFileSystem
    public var node: NetworkNamespace
    public var runID: String
    public var planID: String
    public var configuration: RedirectConfiguration
    public var hooks: [Hook]
    public var warm: [NeighborWarming.Target]
    /// Of those, the addresses that packets reach today: they must have a neighbor before the cut.
    public var mustAnswer: Set<IPAddress>
    /// Cross-checks again after warming; returns a line for each destination that would break now.
    public var recheck: () throws(MigrateError) -> [String]
    /// A signal that arrived and asks for the end, if any.
    public var interrupted: () -> Int32?
    /// Called between the check of a hook and its replacement: where a test puts the second writer.
    package var afterCheck: (Hook) -> Void = { _ in }

    public init(
        bpffs: BPFFileSystem, node: NetworkNamespace, runID: String, planID: String,
        configuration: RedirectConfiguration, hooks: [Hook], warm: [NeighborWarming.Target],
        mustAnswer: Set<IPAddress> = [],
        recheck: @escaping () throws(MigrateError) -> [String], interrupted: @escaping () -> Int32?
    ) {
        self.bpffs = bpffs
        self.node = node
        self.runID = runID
        self.planID = planID
        self.configuration = configuration
        self.hooks = hooks
        self.warm = warm
        self.mustAnswer = mustAnswer
        self.recheck = recheck
        self.interrupted = interrupted
    }
}

/// How an installation ended.
public enum InstallResult {
    /// Every hook holds the replacement.
    case committed(replacement: ProgramReference, after: [Hook], unresolved: Int, timings: [String: Int])
    /// Nothing of it is left, because of `cause`.
    case undone(cause: MigrateError, reason: RunReason, restoration: Restoration?)
}

/// Puts the replacement into every hook: pin, load, warm, replace, verify.
///
/// Pins come before everything else: a replaced program that nobody pinned is gone for good. Whatever fails
/// after that is undone by the very code that `rollback` uses.
public struct Installer {
    private let request: InstallRequest
    private let journal: any RunJournal
    private let pins: RunPins

    public init(_ request: InstallRequest, journal: any RunJournal) {
        self.request = request
        self.journal = journal
        pins = RunPins(bpffs: request.bpffs, runID: request.runID)
    }

    public func install() -> InstallResult {
        var clock = PhaseClock()
        // Hooks that may hold the replacement; the others are not ours to restore.
        var touched: Set<Int> = []
        do throws(MigrateError) {
            var run = PinnedRun(
                runID: request.runID, planID: request.planID, nodeNetns: request.node.identity.cookie,
                hooks: request.hooks.map { PinnedHook(before: $0, replacementID: 0) })
            try clock.measure(.pin) { () throws(MigrateError) in try pin(run) }
            let program = try clock.measure(.load) { () throws(MigrateError) in try Loaded(program: load(&run)) }
            let unresolved = try clock.measure(.warm) { () throws(MigrateError) in try warm() }
            let after = try clock.measure(.replace) { () throws(MigrateError) in try replace(by: program, &touched) }
            try clock.measure(.verify) { () throws(MigrateError) in try verify(program) }
            try record(.commit, "commit run \(request.runID)") { () throws(MigrateError) in
                try journal.set(state: .committed, reason: nil)
                return ((), "every hook holds program \(program.reference.id)")
            }
            return .committed(
                replacement: program.reference, after: after, unresolved: unresolved, timings: clock.timings)
        } catch {
            return undo(because: error, touched)
        }
    }

    /// A copyable handle, so that a phase can return it.
    private final class Loaded {
        let program: BPFProgram
        var reference: ProgramReference { program.record.reference }
        init(program: consuming BPFProgram) { self.program = program }
    }

    // MARK: Phases

    private func pin(_ run: PinnedRun) throws(MigrateError) {
        try checkInterruption()
        try record(.pin, "pin \(run.hooks.count) programs under \(pins.directory)") { () throws(MigrateError) in
            for hook in run.hooks.map(\.before) where hook.program.map({ !BPFProgram.exists(id: $0.id) }) ?? false {
                throw MigrateError(
                    .stalePlan, "\(hook.title) is not as planned",
                    facts: [
                        "program \(hook.program?.id ?? 0) (tag \(hook.program?.tag ?? "?")) when planned, it is loaded no more."
                    ],
                    remedy: "Plan again:  migrate plan")
            }
            try acting("pin the programs") { () throws(KernelError) in
                try pins.create()
                for (index, hook) in run.hooks.enumerated() {
                    guard let wanted = hook.before.program else { continue }
                    let program = try BPFProgram(id: wanted.id)
                    guard program.record.reference.tag == wanted.tag else {
                        throw KernelError.refused(
                            "pin", "program \(wanted.id)", "its tag is \(program.record.reference.tag) now")
                    }
                    try pins.pinLegacy(program, index: index)
                }
                try pins.write(run)
            }
            return (
                (), "pinned \(run.hooks.compactMap { $0.before.program.map { "\($0.id)" } }.joined(separator: ", "))"
            )
        }
    }

    private func load(_ run: inout PinnedRun) throws(MigrateError) -> BPFProgram {
        try checkInterruption()
        let sequence = try journal.begin(.load, "load \(request.configuration.program)")
        let program = try acting("load the replacement") { () throws(KernelError) in
            let program = try ReplacementObject.load(request.configuration)
            try pins.setReplacement(program.record.id, in: &run)
            return program
        }
        try journal.set(replacement: program.record.reference)
        try journal.end(sequence, "program \(program.record.id), tag \(program.record.reference.tag)")
        return program
    }

    private func warm() throws(MigrateError) -> Int {
        try checkInterruption()
        return try record(.warm, "resolve \(request.warm.count) neighbors") { () throws(MigrateError) in
            let pending = try acting("resolve neighbors") { () throws(KernelError) in
                try request.node.run { () throws(KernelError) in
                    try NeighborWarming.warm(request.warm, netns: request.node.identity.cookie)
                }
            }
            let silent = pending.filter { request.mustAnswer.contains($0.address) }
            guard silent.isEmpty else {
                throw MigrateError(
                    .rolledBack, "destinations do not answer",
                    facts: silent.prefix(20).map {
                        "\($0.address) on ifindex \($0.ifindex): the map delivers without asking, the kernel must ask and got no answer"
                    }, remedy: "Mend those pods, or accept that they break:  migrate plan --accept-unknown")
            }
            let broken = try request.recheck()
            guard broken.isEmpty else {
                throw MigrateError(
                    .rolledBack, "destinations would break after warming", facts: broken,
                    remedy: "See the entries:  migrate plan")
            }
            return (pending.count, "\(request.warm.count - pending.count) resolved, \(pending.count) not")
        }
    }

    private func replace(by program: Loaded, _ touched: inout Set<Int>) throws(MigrateError) -> [Hook] {
        let directory = try acting("find namespaces") { () throws(KernelError) in
            try NamespaceDirectory(node: request.node)
        }
        var after: [Hook] = []
        for (index, hook) in request.hooks.enumerated() {
            try checkInterruption()
            let now = try record(.replace, "\(hook.title): program \(hook.program?.id ?? 0) by \(program.reference.id)")
            { () throws(MigrateError) in
                var isTouched = true
                defer { if isTouched { touched.insert(index) } }
                let now = try replace(hook, by: program, directory: directory, &isTouched)
                return (now, "program \(program.reference.id) is in the slot")
            }
            after.append(now)
        }
        return after
    }

    /// - Parameter isTouched: becomes `false` when it is certain that the slot holds nothing of ours.
    private func replace(
        _ hook: Hook, by program: Loaded, directory: NamespaceDirectory, _ isTouched: inout Bool
    ) throws(MigrateError) -> Hook {
        guard let namespace = directory[hook.netns.cookie], var attributes = hook.filter?.bpf else {
            throw MigrateError(.hookVanished, "cannot find \(hook.title)", facts: ["its network namespace is gone"])
        }
        attributes.programID = program.reference.id
        attributes.name = program.reference.name
        let wanted = attributes
        let outcome = try acting("replace the program of \(hook.title)") { () throws(KernelError) in
            try HookExchange.exchange(
                hook, in: namespace, program: program.program.descriptor, attributes: wanted
            ) { found in
                guard found.filter == hook.filter else { return false }
                request.afterCheck(hook)
                return true
            }
        }
        let planned = "program \(hook.program?.id ?? 0) (tag \(hook.program?.tag ?? "?"))"
        switch outcome {
        case .done(let now): return now
        case .unexpected(let found):
            isTouched = false
            throw MigrateError(
                .stalePlan, "\(hook.title) is not as planned",
                facts: [
                    "\(planned) when planned, \(found?.program.map { "\($0.id) (tag \($0.tag))" } ?? "no filter") now."
                ],
                remedy: "Plan again:  migrate plan")
        case .overwrote(let foreign, let putBack):
            isTouched = !putBack
            let other = "program \(foreign.bpf?.programID ?? 0) (tag \(foreign.bpf?.tag ?? "?"))"
            throw MigrateError(
                putBack ? .stalePlan : .mixed, "somebody else replaced \(hook.title) at the same moment",
                facts: ["\(planned) when planned, then \(other), \(putBack ? "which was put back" : "which is lost")."],
                remedy: "Find the second writer before planning again:  tc monitor")
        case .takenOver(let found):
            throw MigrateError(
                .stalePlan, "somebody else replaced \(hook.title) right after",
                facts: [
                    "\(planned) when planned, \(found?.program.map { "\($0.id) (tag \($0.tag))" } ?? "no filter") now."
                ],
                remedy: "Find the second writer before planning again:  tc monitor")
        }
    }

    /// Reads every hook once more, after the last one was replaced.
    private func verify(_ program: Loaded) throws(MigrateError) {
        try checkInterruption()
        try record(.verify, "read every hook back") { () throws(MigrateError) in
            let directory = try acting("find namespaces") { () throws(KernelError) in
                try NamespaceDirectory(node: request.node)
            }
            for hook in request.hooks {
                let now = try acting("read \(hook.title)") { () throws(KernelError) -> Hook? in
                    guard let namespace = directory[hook.netns.cookie] else { return nil }
                    return try namespace.run { () throws(KernelError) in
                        var socket = try NetlinkSocket()
                        return try HookReader.current(hook, socket: &socket)
                    }
                }
                guard now?.program?.id == program.reference.id else {
                    throw MigrateError(
                        .stalePlan, "\(hook.title) does not hold the replacement any more",
                        facts: [
                            "program \(program.reference.id) was put there, \(now?.program.map { String($0.id) } ?? "none") is there now."
                        ])
                }
            }
            return ((), "\(request.hooks.count) hooks hold program \(program.reference.id)")
        }
    }

    // MARK: Journal and undoing

    private func record<T>(
        _ phase: RunPhase, _ intent: String, _ act: () throws(MigrateError) -> (T, String)
    ) throws(MigrateError) -> T {
        let sequence = try journal.begin(phase, intent)
        let (value, evidence) = try act()
        try journal.end(sequence, evidence)
        return value
    }

    private func checkInterruption() throws(MigrateError) {
        guard let signal = request.interrupted() else { return }
        throw MigrateError(
            .interrupted, "stopped by signal \(signal)", facts: ["it arrived before the run was committed"],
            remedy: "Apply again when ready:  migrate apply")
    }

    private func undo(because cause: MigrateError, _ touched: Set<Int>) -> InstallResult {
        let reason: RunReason = cause.code == .interrupted ? .operator : .failure
        // Without a record nothing was replaced: only pins can be there.
        guard RunPins.runs(request.bpffs).contains(request.runID), (try? pins.read()) != nil else {
            try? pins.remove()
            try? journal.set(state: .rolledBack, reason: reason)
            return .undone(cause: cause, reason: reason, restoration: nil)
        }
        do throws(MigrateError) {
            var restoration = try Restorer(bpffs: request.bpffs, runID: request.runID, node: request.node)
                .restore(journal: journal, reason: reason, touched: touched)
            if cause.code == .mixed {
                // Our hooks are back; somebody else's program is not.
                restoration.proof = Proof(
                    vanished: restoration.proof.vanished, differences: restoration.proof.differences + cause.facts,
                    changedByOthers: restoration.proof.changedByOthers)
                restoration.state = .mixed
                try? journal.set(state: .mixed, reason: reason)
            }
            return .undone(cause: cause, reason: reason, restoration: restoration)
        } catch {
            try? journal.set(state: .mixed, reason: reason)
            return .undone(
                cause: MigrateError(
                    .mixed, cause.what, changed: "undoing failed too", facts: cause.facts + [error.what] + error.facts,
                    remedy: "Undo it from the pins:  migrate rollback --node \(Host.nodeName()) --from-pins"),
                reason: reason, restoration: nil)
        }
    }
}
