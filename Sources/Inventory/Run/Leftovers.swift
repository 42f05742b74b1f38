import Kernel
import Model

/// What is there of our own making and of no run's that holds: pins, and programs in hooks or held by somebody.
///
/// A program of an unknown run that is merely loaded is no leftover: another `migrate plan` may be trying it just now, and
/// the kernel frees it when nobody holds it. One that a run recorded, and that was to go with it, is.
public struct Leftovers {
    private let bpffs: BPFFileSystem
    private let netnsPath: String?
    private let known: [(run: RunRecord, state: RunState)]

    /// - Parameters:
    ///   - netnsPath: of the node's network namespace; `nil`: the one that this runs in.
    ///   - known: runs of this boot, and how they stand.
    public init(bpffs: BPFFileSystem, netnsPath: String?, known: [(run: RunRecord, state: RunState)]) {
        self.bpffs = bpffs
        self.netnsPath = netnsPath
        self.known = known
    }

    /// One line for each.
    public func lines() throws(MigrateError) -> [String] {
        let attached = try inHooks()
        return pins() + attached.map(\.line) + held(besides: Set(attached.map(\.program)))
    }

    private func pins() -> [String] {
        let listed = DirectoryListing.list(bpffs.path + "/migrate")
        var found = listed.names.compactMap { name -> String? in
            guard let state = known.first(where: { $0.run.id == name })?.state else {
                let isFinal = RunPinNames("\(bpffs.path)/migrate/\(name)").isOfFinalized
                return line(name) + (isFinal ? ": the interface sets of a finalized run, for its programs" : "")
            }
            switch state {
            case .rolledBack, .gone: return line(name)
            case .finalized: return superfluous(name).isEmpty ? nil : line(name) + ": \(superfluous(name))"
            default: return nil
            }
        }
        if let errno = listed.errno, errno != .noSuchFileOrDirectory {
            found.append("\(bpffs.path)/migrate could not be listed: \(errno)")
        }
        return found
    }

    private func line(_ run: String) -> String { "pins of run \(run) below \(bpffs.path)/migrate" }

    /// A finalized run keeps the sets that its programs ask, and nothing else.
    private func superfluous(_ run: String) -> String {
        DirectoryListing.names(in: "\(bpffs.path)/migrate/\(run)").filter { !$0.hasPrefix(EnrolledPin.prefix) }
            .joined(separator: ", ")
    }

    private func inHooks() throws(MigrateError) -> [(program: UInt32, line: String)] {
        let accounted = allAccounted
        let hooks = try reading("the node's hooks") { () throws(KernelError) in
            if let netnsPath { return try HookReader.hooks(in: try NetworkNamespace(path: netnsPath)) }
            return try HookReader.hooks(in: try .current())
        }
        return hooks.compactMap { hook in
            guard let program = hook.program, ReplacementObject.isOurs(program), !accounted.contains(program.id) else {
                return nil
            }
            return (program.id, "\(hook.title): program \(program.id) (\(program.name), tag \(program.tag))")
        }
    }

    private var allAccounted: Set<UInt32> { Set(known.flatMap { accounted($0.run, $0.state) }) }

    /// Programs of a run that may be loaded as it stands.
    private func accounted(_ run: RunRecord, _ state: RunState) -> Set<UInt32> {
        switch state {
        case .rolledBack, .gone: []
        case .finalized: Set(run.hooks.compactMap { $0.inSlot(state)?.id })
        default: run.hooks.reduce(into: []) { $0.formUnion($1.ours) }
        }
    }

    private func held(besides attached: Set<UInt32>) -> [String] {
        let others = allAccounted.union(attached)
        return known.flatMap { run, state -> [String] in
            let gone = run.hooks.reduce(into: Set<UInt32>()) { $0.formUnion($1.ours) }.subtracting(others)
            return gone.sorted().compactMap { id in
                // Ids are used again, if late.
                guard let program = try? BPFProgram(id: id).record.reference, ReplacementObject.isOurs(program) else {
                    return nil
                }
                return "program \(id) (\(program.name), tag \(program.tag)) of run \(run.id) is still loaded: "
                    + "something holds it [\(Code.stillLoaded.text)]"
            }
        }
    }
}
