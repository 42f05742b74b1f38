import Kernel
import Model

/// Looks at what is left of a run on the node; changes nothing.
public struct RunInspector {
    let run: RunRecord
    let namespaces: [NetworkNamespace]
    let unobserved: [UnobservedNamespace]

    public init(_ run: RunRecord) throws(MigrateError) {
        self.run = run
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

    /// Hooks that do not hold what the run's state says they hold, one line each with both programs.
    public func drift() -> [String] {
        run.hooks.compactMap { hook in
            let isInSlot = run.state == .committed || run.state == .finalized || run.state == .provisional
            let expected = isInSlot ? hook.replacement : hook.before.program
            let title = hook.before.title(onNode: run.nodeNetns)
            let now: Hook?
            do { now = try current(hook.before, replacement: hook.replacement?.id) } catch {
                return "\(title): could not be compared: \(error)"
            }
            guard now?.program?.id != expected?.id else { return nil }
            let name = { (program: ProgramReference?) in
                program.map { "program \($0.id) (tag \($0.tag))" } ?? "no program"
            }
            guard let now else {
                let what = hook.before.filter == nil ? "the program" : "the filter"
                return "\(title): \(name(expected)) expected, and \(what) is gone"
            }
            return "\(title): \(name(expected)) expected, \(name(now.program)) is there"
        }
    }

    /// Whether all that a rollback needs is still pinned; `nil`, or a line that says what is missing.
    public func missingPins() -> String? {
        guard run.state == .committed || run.state.isOpen && run.state != .installing else { return nil }
        let there = Set(DirectoryListing.names(in: run.pinDirectory))
        let wanted = ["record"] + run.hooks.map { "legacy_\($0.index)" }
        let missing = wanted.filter { !there.contains($0) }
        guard !missing.isEmpty else { return nil }
        let freed = run.hooks.compactMap { hook -> UInt32? in
            guard missing.contains("legacy_\(hook.index)"), let id = hook.before.program?.id else { return nil }
            return BPFProgram.exists(id: id) ? nil : id
        }
        let line = "pins of run \(run.id): \(missing.joined(separator: ", ")) gone from \(run.pinDirectory); "
        guard !freed.isEmpty else { return line + "a rollback then needs the legacy program to be still loaded" }
        return line
            + "the kernel has freed \(freed.map { "program \($0)" }.joined(separator: ", ")): a rollback cannot "
            + "put it back, the deployment's agent must attach its own again"
    }

    /// Packets per outcome of the run's replacement; empty when it is not loaded any more.
    public func counters() -> [String: UInt64] {
        var sums: [String: UInt64] = [:]
        for id in Set(run.hooks.compactMap(\.replacement?.id)) {
            guard let counters = try? ReplacementObject.counters(ofProgram: id) else { continue }
            sums.merge(counters, uniquingKeysWith: &+)
        }
        return sums
    }

    /// Runs that have pins, sorted.
    public static func pinnedRuns(_ bpffs: BPFFileSystem) -> [String] {
        DirectoryListing.names(in: bpffs.path + "/migrate").filter { $0.hasPrefix("r-") }
    }

    /// Pins, and programs of ours in the node's own hooks, that none of the given runs accounts for.
    ///
    /// A program that is merely loaded is no leftover: another `migrate plan` may be trying it just now, and the
    /// kernel frees it when nobody holds it.
    public static func leftovers(
        bpffs: BPFFileSystem, netnsPath: String?, known runs: [RunRecord]
    ) throws(MigrateError) -> [String] {
        let active = runs.filter { $0.state != .rolledBack && $0.state != .gone && $0.state != .finalized }
        let pinned = DirectoryListing.list(bpffs.path + "/migrate")
        var found = pinned.names.compactMap { name -> String? in
            active.contains { $0.id == name } ? nil : "pins of run \(name) below \(bpffs.path)/migrate"
        }
        if let errno = pinned.errno, errno != .noSuchFileOrDirectory {
            found.append("\(bpffs.path)/migrate could not be listed: \(errno)")
        }
        let accounted = Set(runs.filter { $0.state != .rolledBack }.flatMap(\.hooks).compactMap(\.replacement?.id))
        let hooks = try reading("the node's hooks") { () throws(KernelError) in
            if let netnsPath { return try HookReader.hooks(in: try NetworkNamespace(path: netnsPath)) }
            return try HookReader.hooks(in: try .current())
        }
        for hook in hooks {
            guard let program = hook.program, ReplacementObject.isOurs(program), !accounted.contains(program.id) else {
                continue
            }
            found.append("\(hook.title): program \(program.id) (\(program.name), tag \(program.tag))")
        }
        return found
    }
}
