import FoundationEssentials
import Kernel
import Model

/// What a finalization did.
public struct Finalization: Sendable {
    /// The hooks as recorded, and as they were read back.
    public var hooks: [(before: Hook, reading: HookReading)]
    /// Whether any slot or pin was changed.
    public var changed: Bool
    /// Lines that belong into the journal and could not be written.
    public var lostJournal: [String]
    /// Microseconds per phase.
    public var timings: [String: Int]
    public var planID: String
    let dropped: OwnObjects
    /// Why a pin would not go.
    let stuck: KernelError?

    /// What is left of our own, one line each: the pin that would not go, else objects that somebody still holds.
    ///
    /// Waits for the kernel, which frees what nobody holds after RCU grace periods; nothing depends on that any more.
    public func leftovers() -> [String] { stuck.map { ["\($0)"] } ?? dropped.stillThere() }
}

/// Puts the plain replacement into every hook of a committed run, then lets the legacy programs go: the point of no return.
///
/// By the pins alone, as a rollback. Until the record says that the legacy pins are being dropped, a rollback is possible; a
/// finalization that was cut off before that leaves a committed run, some of whose hooks hold the plain replacement.
public struct Finalizer {
    let pins: RunPins
    let bpffs: BPFFileSystem
    let node: NetworkNamespace?
    /// What is known of the run from elsewhere, where its record is not pinned any more.
    let known: PinnedRun?
    package var afterCheck: (Hook) -> Void = { _ in }
    package var limits = ExchangeLimits()

    /// - Parameter node: the node's namespace, if it is known; others are found by their cookies.
    /// - Parameter known: for a finalization that was cut off behind the removal of the record, which goes last.
    public init(bpffs: BPFFileSystem, runID: String, node: NetworkNamespace?, known: PinnedRun? = nil) {
        pins = RunPins(bpffs: bpffs, runID: runID)
        self.bpffs = bpffs
        self.node = node
        self.known = known
    }

    /// - Throws: `hooksTaken` where a hook does not hold what the run put there, `notCommitted` where the cell says so; the run
    ///   stays committed then. `rolledBack` or `residue` where somebody rolled it back meanwhile.
    public func finalize(journal: (any RunJournal)?) throws(MigrateError) -> Finalization {
        var clock = PhaseClock()
        let run = try pins.using("read the pins of run \(pins.runID)") { () throws(KernelError) in try readRecord() }
        if !run.isFinalizing { try requireCommitted(run) }
        let directory = try acting("find namespaces") { () throws(KernelError) in
            try NamespaceDirectory(node: node, seeking: Set(run.hooks.map(\.before.netns.cookie)))
        }
        // Whatever says that there was no way back any more: a switch that is left needs what would go now.
        if run.isFinalizing { try requireFreed(run) }
        if run == known { try requireOurs(run, directory) }
        let lenient = LenientJournal(journal)
        let read = { HookReadings.ours(run.hooks, in: directory, node: run.nodeNetns) }
        let readings: [HookReading]
        if run.isFinalizing {
            readings = read()
        } else {
            // Durable before anything changes: without it a crash behind the last pin would read as a commit that lost its pins.
            let sequence = try journal?.begin(.finalize, "put the plain replacement into \(run.hooks.count.of("hook"))")
            readings = try clock.measure(.finalize) { () throws(MigrateError) in
                try exchange(run, directory)
                // While the kernel frees the switches, which takes as long.
                let readings = read()
                try requireFreed(run)
                try requireStillCommitted(run, journal)
                try acting("mark the run final") { () throws(KernelError) in try pins.markFinalizing() }
                return readings
            }
            if let sequence {
                lenient.end(sequence, "every hook holds the plain replacement; no switch is loaded any more")
            }
        }
        let dropped = OwnObjects(pins, attached: true)
        let stuck = clock.measure(.unpin) {
            lenient.note(.unpin, "drop what only a rollback needs from \(pins.directory)") {
                let stuck = dropPins()
                return (stuck, evidence: stuck.map { "\($0)" } ?? "the legacy programs are let go")
            }
        }
        lenient.set(state: .finalized, reason: nil)
        return Finalization(
            hooks: zip(run.hooks, readings).map { ($0.before, $1) }, changed: true, lostJournal: lenient.lost,
            timings: clock.timings, planID: run.planID, dropped: dropped, stuck: stuck)
    }

    private func readRecord() throws(KernelError) -> PinnedRun {
        do throws(KernelError) { return try pins.read() } catch {
            guard error.errno == .noSuchFileOrDirectory, let known, known.isFinalizing else { throw error }
            return known
        }
    }

    /// Without a record only the hooks tell that it was finalize that took the pins, and no rollback.
    private func requireOurs(_ run: PinnedRun, _ directory: NamespaceDirectory) throws(MigrateError) {
        let others = HookReadings.ours(run.hooks, in: directory, node: run.nodeNetns)
            .filter { $0.standing != .ours && $0.standing != .vanished }.compactMap(\.line)
        guard !others.isEmpty else { return }
        throw MigrateError(
            .hooksTaken, "cannot finalize run \(pins.runID)", facts: others,
            remedy: "See what is in the slots:  migrate status")
    }

    /// Somebody may have rolled it back by hand, or never have confirmed it.
    private func requireCommitted(_ run: PinnedRun) throws(MigrateError) {
        guard run.cut == .switch else { return }
        let answer = try pins.using("ask the cell") { () throws(KernelError) in try Control(pins).look() }
        guard answer.after.state != .committed else { return }
        throw MigrateError(
            .notCommitted, "cannot finalize run \(pins.runID)",
            facts: ["its cell is in state \(answer.after.state), not committed"],
            remedy: "See what holds:  migrate status")
    }

    /// Somebody rolled it back by hand meanwhile: the hooks hold what the cell does not rule, so that is undone.
    private func requireStillCommitted(_ run: PinnedRun, _ journal: (any RunJournal)?) throws(MigrateError) {
        do throws(MigrateError) { return try requireCommitted(run) } catch {
            guard error.code == .notCommitted else { throw error }
            let restoration = try Restorer(bpffs: bpffs, runID: pins.runID, node: node)
                .restore(journal: journal, reason: .operator)
            throw MigrateError(
                restoration.state == .rolledBack ? .rolledBack : .residue, error.what,
                changed: restoration.proof.identical
                    ? "everything was put back, proven identical" : "what is ours was put back",
                facts: error.facts + ["somebody rolled it back while it was made final"]
                    + restoration.proof.differences, remedy: "See what holds:  migrate status")
        }
    }

    /// A switch that is still loaded sits where it was not found, and needs its slot and the legacy program.
    private func requireFreed(_ run: PinnedRun) throws(MigrateError) {
        // Replaced directly, a hook keeps what it holds.
        let loaded = FreedPrograms.stillLoaded(run.hooks.filter { $0.plainID != 0 }.map(\.replacementID)).sorted()
        guard !loaded.isEmpty else { return }
        throw MigrateError(
            .hooksTaken, "cannot finalize run \(pins.runID)",
            changed: "every hook that was found holds the plain replacement; the pins stay, and it can be rolled back",
            facts: loaded.map { "switch \($0) is still loaded: it may sit in a hook that was not found" },
            remedy: "See what holds it:  bpftool prog show id \(loaded[0])")
    }

    /// Opens each plain replacement once.
    private func openPlains(_ run: PinnedRun) throws(MigrateError) -> [UInt32: OpenProgram] {
        var found: [UInt32: OpenProgram] = [:]
        for hook in run.hooks {
            guard let pair = hook.pair, found[pair] == nil else { continue }
            let program = try pins.using("open the plain replacement") { () throws(KernelError) in
                OpenProgram(try BPFProgram(pin: pins.plainPath(pair)))
            }
            guard program.reference.id == hook.plainID else {
                throw MigrateError(
                    .kernelRead, "cannot finalize run \(pins.runID)",
                    facts: ["\(pins.plainPath(pair)) holds program \(program.reference.id), not \(hook.plainID)"],
                    remedy: "Take the run back:  migrate rollback --node \(Host.nodeName()) \(pins.runID)")
            }
            found[pair] = program
        }
        return found
    }

    /// Replaced directly, a hook has its plain replacement already.
    private func exchange(
        _ run: PinnedRun, _ directory: NamespaceDirectory
    ) throws(MigrateError) {
        // Held no longer than this takes: a rollback that may follow waits until they are freed.
        let plains = try openPlains(run)
        var faults = HookReadings.ours(run.hooks.filter { $0.pair == nil }, in: directory, node: run.nodeNetns)
            .filter { $0.standing != .ours && $0.standing != .vanished }.compactMap(\.line)
        let wanted = run.hooks.compactMap { hook in
            hook.pair.flatMap { plains[$0] }.map { PlainExchange.Wanted(hook: hook, plain: $0) }
        }
        let outcomes = PlainExchange.exchange(wanted, in: directory, limits, afterCheck: afterCheck)
        let failed = zip(wanted, outcomes).filter { $1.holds == nil }
        let now = HookReadings.ours(failed.map(\.0.hook), in: directory, node: run.nodeNetns)
        // Gone with its interface or namespace: what it held is freed, or requireFreed finds it.
        for (reading, (wanted, outcome)) in zip(now, failed) where reading.standing != .vanished {
            faults.append(Self.line(wanted.hook.before.title(onNode: run.nodeNetns), outcome))
        }
        guard !faults.isEmpty else { return }
        throw MigrateError(
            .hooksTaken, "cannot finalize run \(pins.runID)",
            changed: "the hooks that are not listed hold our replacement; the pins stay, and it can be rolled back",
            facts: faults, remedy: "See what is in the slots:  migrate status")
    }

    private static func line(_ title: String, _ outcome: PlainExchange.Outcome) -> String {
        let id = { (hook: Hook?) in hook?.program.map { "program \($0.id)" } ?? "no program" }
        switch outcome {
        case .done, .already: return "\(title): as it should be"
        case .failed(let failure):
            switch failure {
            case .done(let found), .unexpected(let found?), .takenOver(let found?):
                return "\(title): holds \(id(found)), which somebody else put there"
            case .unexpected(nil), .takenOver(nil): return "\(title): nothing is there any more"
            case .contended: return "\(title): the list of programs there would not hold still"
            case .overwrote(let foreign, let putBack):
                return "\(title): program \(foreign.bpf?.programID ?? 0) of somebody else came just now, "
                    + (putBack ? "and was left in the slot" : "and is lost")
            case .unread(let error): return "\(title): could not be read back: \(error)"
            case .refused(let error): return "\(title): \(error)"
            }
        }
    }

    /// All but the sets of interfaces, which `watch` keeps. Returns why one would not go.
    private func dropPins() -> KernelError? {
        do throws(KernelError) {
            try pins.removeLegacyPins()
            return nil
        } catch {
            return error
        }
    }
}
