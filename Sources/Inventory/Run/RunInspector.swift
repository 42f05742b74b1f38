import Kernel
import Model

/// Looks at what is left of a run on the node; changes nothing.
public struct RunInspector {
    let run: RunRecord
    let outlook: RunOutlook
    let namespaces: [NetworkNamespace]
    let unobserved: [UnobservedNamespace]
    /// Programs of heals that hold beside it: a hook that one of them took over is no drift.
    private let accounted: Set<UInt32>

    /// - Parameters:
    ///   - outlook: as the node was found; `nil`: as the journal has it.
    ///   - others: heals that hold.
    public init(_ run: RunRecord, outlook: RunOutlook? = nil, beside others: [RunRecord] = []) throws(MigrateError) {
        self.run = run
        accounted = others.filter { $0.id != run.id }.flatMap(\.hooks).reduce(into: []) { $0.formUnion($1.ours) }
        self.outlook = outlook ?? .journal(run)
        let found = try reading("network namespaces") { () throws(KernelError) in
            try NamespaceDiscovery.observe(seeking: Set(run.hooks.map(\.before.netns.cookie)))
        }
        namespaces = found.namespaces
        unobserved = found.unobserved
    }

    /// The hook as it is now; `nil` when namespace, interface, filter, link or program are gone.
    ///
    /// - Parameter replacement: the program that took its program's place.
    /// - Throws: `call` and others when that cannot be told.
    public func current(_ hook: Hook, replacement: UInt32? = nil) throws(KernelError) -> Hook? {
        guard let namespace = namespaces.first(where: { $0.identity == hook.netns }) else {
            throw .unsupported("find", "its network namespace", "not looked into: \(gaps)")
        }
        do throws(KernelError) {
            return try namespace.run { () throws(KernelError) in
                var socket = try NetlinkSocket()
                return try HookReader.current(hook, replacement: replacement, socket: &socket)
            }
        } catch {
            // The interface is gone.
            if error.errno == .operationNotSupportedByDevice { return nil }
            throw error
        }
    }

    /// For messages: where a namespace that was not found may be.
    var gaps: String {
        let shown = unobserved.prefix(3).map(\.description).joined(separator: "; ")
        return unobserved.count > 3 ? "\(shown); and \(unobserved.count - 3) more" : shown
    }

    /// The hook as it is now, whichever of the run's programs it holds.
    func current(_ hook: RunRecord.RunHook) throws(KernelError) -> Hook? {
        // Beside others at tcx a program without a link is found by its id alone.
        for id in hook.ours.sorted() {
            if let found = try current(hook.before, replacement: id) { return found }
        }
        return try current(hook.before)
    }

    /// Hooks that do not hold what the run's state says they hold, one line each with both programs; then packets that
    /// took another program than the cell says.
    public func drift() -> [String] {
        run.hooks.compactMap(drift) + fellForward()
    }

    func drift(_ hook: RunRecord.RunHook) -> String? {
        let expected = hook.expected(in: outlook.state, isFinalizing: outlook.isFinalizing)
        let title = hook.before.title(onNode: run.nodeNetns)
        let now: Hook?
        do { now = try current(hook) } catch { return "\(title): could not be compared: \(error)" }
        guard !expected.contains(where: { $0?.id == now?.program?.id }) else { return nil }
        if let id = now?.program?.id, accounted.contains(id) { return nil }
        // A pod that ended is no drift of a run that nobody has to decide about any more.
        if now == nil, isSettled, isVanished(hook.before, ours: hook.ours) { return nil }
        let name = { (program: ProgramReference?) in
            program.map { "program \($0.id) (tag \($0.tag))" } ?? "no program"
        }
        let wanted = expected.compactMap(\.self).map { name($0) }.joined(separator: " or ")
        guard let now else {
            let what = hook.before.filter == nil ? "the program" : "the filter"
            return "\(title): \(wanted) expected, and \(what) is gone"
        }
        return "\(title): \(wanted) expected, \(name(now.program)) is there"
    }

    private var isSettled: Bool { outlook.state == .committed || outlook.state == .finalized }

    /// Hooks of a run that holds whose interface is gone, one line each: nobody's, and no drift.
    public func gone() -> [String] {
        guard isSettled else { return [] }
        return run.hooks.compactMap { hook in
            // What could not be read is told as drift.
            do throws(KernelError) { guard try current(hook) == nil else { return nil } } catch { return nil }
            guard isVanished(hook.before, ours: hook.ours) else { return nil }
            return "\(hook.before.title(onNode: run.nodeNetns)): its interface is gone"
        }
    }

    /// A switch that cannot reach its legacy program goes on into the replacement, and counts it.
    private func fellForward() -> [String] {
        guard run.cut == .switch, outlook.state != .finalized, outlook.state != .gone else { return [] }
        let count = counters()[SwitchCount.fellForward.name] ?? 0
        guard count > 0 else { return [] }
        return [
            "\(Int(clamping: count).of("packet")) could not be handed to the legacy program and took the replacement "
                + "(\(SwitchCount.fellForward.name)) [\(Code.fellForward.text)]"
        ]
    }

    /// Whether all that a rollback needs is still pinned; `nil`, or a line that says what is missing.
    public func missingPins() -> String? {
        let state = outlook.state
        guard state == .committed && !outlook.isFinalizing || state.isOpen && state != .installing && state != .shadow
        else { return nil }
        let there = Set(DirectoryListing.names(in: run.pinDirectory))
        let numbers = Set(PinName.legacyNumbers(run.hooks.map { $0.before.program?.id ?? 0 })).sorted()
        let wanted = [PinName.record] + ownPins + numbers.map(PinName.legacy)
        let missing = wanted.filter { !there.contains($0) }
        guard !missing.isEmpty else { return nil }
        let freed = numbers.compactMap { number -> UInt32? in
            guard missing.contains(PinName.legacy(number)), let id = run.hooks[number].before.program?.id else {
                return nil
            }
            return BPFProgram.exists(id: id) ? nil : id
        }
        let line = "pins of run \(run.id): \(missing.joined(separator: ", ")) gone from \(run.pinDirectory); "
        guard !freed.isEmpty else { return line + "a rollback then needs the legacy program to be still loaded" }
        return line
            + "the kernel has freed \(freed.map { "program \($0)" }.joined(separator: ", ")): a rollback cannot "
            + "put it back, the deployment's agent must attach its own again"
    }

    /// Beside record and legacy programs. A pair has one switch, so that there are as many of the one as of the other.
    private var ownPins: [String] {
        guard run.cut == .switch, outlook.state.holdsSlots else { return [] }
        let pairs = UInt32(Set(run.hooks.compactMap(\.replacement?.id)).count)
        return [PinName.cell, PinName.control] + (0..<pairs).flatMap { [PinName.slot($0), PinName.plain($0)] }
    }

    /// Packets per outcome of the run's replacement; empty when it is not loaded any more.
    public func counters() -> [String: UInt64] { Self.counters(of: run) }

    /// Runs that have pins, sorted.
    public static func pinnedRuns(_ bpffs: BPFFileSystem) -> [String] {
        DirectoryListing.names(in: bpffs.path + "/migrate").filter { $0.hasPrefix("r-") }
    }
}
