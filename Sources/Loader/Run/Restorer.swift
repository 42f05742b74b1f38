import Kernel
import Model

/// What a rollback did.
public struct Restoration: Sendable {
    /// The hooks as recorded, and the program in each now.
    public var hooks: [(before: Hook, now: ProgramReference?)]
    public var proof: Proof
    /// `rolledBack`, `residual` or `mixed`.
    public var state: RunState
    /// Whether any filter was changed.
    public var changed: Bool
    /// Lines that belong into the journal and could not be written.
    public var lostJournal: [String]
    /// Microseconds per phase.
    public var timings: [String: Int]
    public var planID: String
}

/// Puts back exactly what was there, from the pins alone.
public struct Restorer {
    private let pins: RunPins
    private let bpffs: BPFFileSystem
    private let node: NetworkNamespace?
    /// What is known of the run from elsewhere, where its record is not pinned any more.
    private let known: PinnedRun?
    /// Called between the check of a hook and its replacement: where a test puts the second writer.
    package var afterCheck: (Hook) -> Void = { _ in }

    /// - Parameter node: the node's namespace, if it is known; others are found by their cookies.
    public init(bpffs: BPFFileSystem, runID: String, node: NetworkNamespace?) {
        pins = RunPins(bpffs: bpffs, runID: runID)
        self.bpffs = bpffs
        self.node = node
        known = nil
    }

    /// For a run whose pins somebody removed.
    public init(bpffs: BPFFileSystem, run: PinnedRun, node: NetworkNamespace?) {
        pins = RunPins(bpffs: bpffs, runID: run.runID)
        self.bpffs = bpffs
        self.node = node
        known = run
    }

    /// What became of one hook.
    private enum Fate {
        case back(Hook, changed: Bool)
        /// Never held anything of ours, and holds something else by now.
        case others(String, Hook?)
        case vanished(String)
        case difference(String, Hook?)
        case mixed(String, Hook?)
    }

    /// Restores every hook, proves it, and removes the pins when nothing differs.
    ///
    /// Goes on without the journal where that cannot be written.
    /// - Parameters:
    ///   - touched: hooks that may hold our program, where that is known; what others did to the rest is theirs.
    ///   - acceptDrift: a slot that somebody else took meanwhile is left to them and is no residue.
    public func restore(
        journal: (any RunJournal)?, reason: RunReason?, touched: Set<Int>? = nil, acceptDrift: Bool = false
    ) throws(MigrateError) -> Restoration {
        let run = try readRecord()
        let lenient = LenientJournal(journal)
        var clock = PhaseClock()
        lenient.set(state: .rollingBack, reason: reason)
        let directory = try acting("find namespaces") { () throws(KernelError) in try NamespaceDirectory(node: node) }
        var fates: [Fate] = []
        clock.measure(.restore) {
            for (index, hook) in run.hooks.enumerated() {
                let intent = "put program \(hook.before.program?.id ?? 0) back into \(hook.before.title)"
                let fate = lenient.note(.restore, intent) {
                    let fate =
                        touched?.contains(index) ?? true
                        ? restore(hook, index: index, directory: directory, acceptDrift: acceptDrift)
                        : leave(hook, directory: directory)
                    return (fate, Self.evidence(fate))
                }
                fates.append(fate)
            }
        }
        var proof = Proof(vanished: [], differences: [], changedByOthers: [])
        var isMixed = false
        for fate in fates {
            switch fate {
            case .back: break
            case .others(let line, _): proof.changedByOthers.append(line)
            case .vanished(let title): proof.vanished.append(title)
            case .difference(let line, _): proof.differences.append(line)
            case .mixed(let line, _):
                proof.differences.append(line)
                isMixed = true
            }
        }
        if proof.differences.isEmpty {
            // The pins go only when nothing depends on them any more.
            let left = clock.measure(.unpin) {
                lenient.note(.unpin, "remove \(pins.directory)") {
                    let left = unpin(run)
                    return (left, evidence: left.isEmpty ? "nothing of the run is left" : left.joined(separator: "; "))
                }
            }
            proof.differences += left
        }
        proof = Proof(vanished: proof.vanished, differences: proof.differences, changedByOthers: proof.changedByOthers)
        let state: RunState = proof.identical ? .rolledBack : isMixed ? .mixed : .residual
        lenient.set(state: state, reason: reason)
        return Restoration(
            hooks: zip(run.hooks, fates).map { ($0.before, Self.program($1)) }, proof: proof, state: state,
            changed: fates.contains { if case .back(_, true) = $0 { true } else { false } }, lostJournal: lenient.lost,
            timings: clock.timings, planID: run.planID)
    }

    private func readRecord() throws(MigrateError) -> PinnedRun {
        if let known { return known }
        do throws(KernelError) {
            return try pins.read()
        } catch {
            if error.errno == .noSuchFileOrDirectory, let run = withoutRecord() { return run }
            throw MigrateError(
                .noRun, "cannot read the pins of run \(pins.runID)", facts: [error.description],
                remedy: "See what is pinned:  ls -l \(RunPins.root(bpffs))")
        }
    }

    /// A run whose record is not pinned yet has changed nothing, and one whose record is gone was restored before:
    /// the record is the last pin to come and the last to go. What else is pinned may go only if every program stays
    /// attached without it.
    private func withoutRecord() -> PinnedRun? {
        // Without even a directory nothing is known: the replacement may be in every slot.
        guard RunPins.runs(bpffs).contains(pins.runID),
            let namespaces = try? NamespaceDiscovery.observe().namespaces
        else { return nil }
        let attached = Set(namespaces.flatMap { (try? HookReader.hooks(in: $0)) ?? [] }.compactMap(\.program?.id))
        for name in DirectoryListing.names(in: pins.directory) {
            guard let program = try? BPFProgram(pin: pins.directory + "/" + name),
                attached.contains(program.record.reference.id)
            else { return nil }
        }
        return PinnedRun(runID: pins.runID, planID: "", nodeNetns: 0, hooks: [])
    }

    private func restore(
        _ hook: PinnedHook, index: Int, directory: NamespaceDirectory, acceptDrift: Bool
    ) -> Fate {
        let before = hook.before
        guard let namespace = directory[before.netns.cookie] else {
            return .vanished("\(before.title): its network namespace is gone")
        }
        guard let wanted = before.filter, let attributes = wanted.bpf, let legacy = before.program else {
            return .difference("\(before.title): the record holds no program", nil)
        }
        do throws(KernelError) {
            guard try exists(before, in: namespace) else { return .vanished("\(before.title): the interface is gone") }
            let found = try current(before, in: namespace)
            guard let found else {
                let line = "\(before.title): the filter is gone, program \(legacy.id) is attached nowhere"
                return acceptDrift
                    ? .others(line, nil) : .difference("\(line); it stays pinned as \(pins.legacyPath(index))", nil)
            }
            if found.filter == wanted { return .back(found, changed: false) }
            let holds = found.program?.id ?? 0
            guard holds == legacy.id || (hook.replacementID != 0 && holds == hook.replacementID) else {
                let line =
                    "\(before.title): holds program \(holds) (\(found.program?.name ?? "?"), tag \(found.program?.tag ?? "?")), "
                    + "neither \(legacy.id), which was there, nor ours"
                return acceptDrift ? .others(line, found) : .difference(line, found)
            }
            let program = try legacyProgram(index, id: legacy.id)
            let outcome = try HookExchange.exchange(
                before, in: namespace, program: program.descriptor, attributes: attributes
            ) { found in
                guard found.program?.id == holds else { return false }
                afterCheck(before)
                return true
            }
            return fate(of: outcome, before: before, wanted: wanted)
        } catch {
            return .mixed("\(before.title): \(error)", nil)
        }
    }

    /// A hook that was not replaced: whatever is in it now, we did not put it there.
    private func leave(_ hook: PinnedHook, directory: NamespaceDirectory) -> Fate {
        let before = hook.before
        guard let namespace = directory[before.netns.cookie] else {
            return .vanished("\(before.title): its network namespace is gone")
        }
        do throws(KernelError) {
            guard try exists(before, in: namespace) else { return .vanished("\(before.title): the interface is gone") }
            let found = try current(before, in: namespace)
            if let found, found.filter == before.filter { return .back(found, changed: false) }
            let holds = found.map { "program \($0.program?.id ?? 0)" } ?? "no filter"
            return .others(
                "\(before.title): program \(before.program?.id ?? 0) when planned, \(holds) now, not by us", found)
        } catch {
            return .mixed("\(before.title): \(error)", nil)
        }
    }

    private func fate(of outcome: HookExchange.Outcome, before: Hook, wanted: Filter) -> Fate {
        switch outcome {
        case .done(let now):
            let differences =
                now.filter.map {
                    FilterComparison.differences(before.title, before: wanted, now: $0)
                } ?? []
            return differences.isEmpty
                ? .back(now, changed: true) : .difference(differences.joined(separator: "; "), now)
        case .unexpected(let found), .takenOver(let found):
            return .difference(
                "\(before.title): somebody else put program \(found?.program.map { String($0.id) } ?? "none") into the slot just now",
                found)
        case .overwrote(let foreign, let putBack):
            let id = foreign.bpf?.programID ?? 0
            return putBack
                ? .difference(
                    "\(before.title): program \(id) of somebody else came just now and was left in the slot", nil)
                : .mixed(
                    "\(before.title): program \(id) of somebody else came just now and is lost; program \(before.program?.id ?? 0) is in the slot",
                    nil)
        }
    }

    private func exists(_ hook: Hook, in namespace: NetworkNamespace) throws(KernelError) -> Bool {
        try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return try socket.links(netns: hook.netns.cookie).contains { $0.ifindex == hook.ifindex }
        }
    }

    private func current(_ hook: Hook, in namespace: NetworkNamespace) throws(KernelError) -> Hook? {
        try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            do throws(KernelError) {
                return try HookReader.current(hook, socket: &socket)
            } catch {
                // No clsact qdisc any more: the filter went with it.
                if error.errno == .invalidArgument || error.errno == .noSuchFileOrDirectory { return nil }
                throw error
            }
        }
    }

    /// From its pin; where somebody removed that, by id for as long as it is loaded.
    private func legacyProgram(_ index: Int, id: UInt32) throws(KernelError) -> BPFProgram {
        do throws(KernelError) {
            let program = try BPFProgram(pin: pins.legacyPath(index))
            guard program.record.id == id else {
                throw KernelError.refused(
                    "open", pins.legacyPath(index), "it holds program \(program.record.id), not \(id)")
            }
            return program
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return try BPFProgram(id: id)
        }
    }

    /// Waits until the kernel has freed our program, then removes the pins. Returns what is left.
    ///
    /// In this order: a program that is still loaded may sit in a slot that could not be found, and then the
    /// pins hold the only copy of what belongs there.
    private func unpin(_ run: PinnedRun) -> [String] {
        let ours = Set(run.hooks.map(\.replacementID)).subtracting([0])
        // Freed after an RCU grace period; on a busy machine that takes a while.
        for _ in 0..<200 where ours.contains(where: BPFProgram.exists) { pause(milliseconds: 10) }
        let left = ours.filter(BPFProgram.exists).sorted()
        guard left.isEmpty else {
            return left.map { "our program \($0) is still loaded: something holds it; the pins stay" }
        }
        do throws(KernelError) {
            try pins.remove()
            return []
        } catch {
            return ["\(error)"]
        }
    }

    private static func program(_ fate: Fate) -> ProgramReference? {
        switch fate {
        case .back(let hook, _): hook.program
        case .vanished: nil
        case .others(_, let hook), .difference(_, let hook), .mixed(_, let hook): hook?.program
        }
    }

    private static func evidence(_ fate: Fate) -> String {
        switch fate {
        case .back(let hook, let changed):
            "\(hook.title): program \(hook.program?.id ?? 0) \(changed ? "is back" : "was there already")"
        case .vanished(let line), .others(let line, _), .difference(let line, _), .mixed(let line, _): line
        }
    }
}
