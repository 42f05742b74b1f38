import Kernel
import Model

/// Shadows that run in the node's own namespace: in front of hooks, found by their links, and in slots.
public enum RunningShadows {
    /// One line each; nothing where the hooks cannot be read.
    public static func lines(netnsPath: String?) -> [String] {
        guard
            let node = try? netnsPath.map({ (path) throws(KernelError) in try NetworkNamespace(path: path) })
                ?? NetworkNamespace.current(), let hooks = try? HookReader.hooks(in: node)
        else { return [] }
        let shadows = hooks.filter { ShadowObject.isShadow($0) || $0.program.map(ShadowObject.isSlotShadow) == true }
        guard !shadows.isEmpty else { return [] }
        let holders = Holders()
        return shadows.map { hook in
            let (id, name) = (hook.program?.id ?? 0, hook.program?.name ?? "?")
            guard ShadowObject.isShadow(hook) else {
                let readers = watchers(ofProgram: id, holders)
                let nobody = unseen.map { "which nobody watches who can be seen: \($0)" }
                let owner =
                    readers.isEmpty ? nobody ?? "which nobody watches: it was cut off" : "held by \(words(readers))"
                return "\(hook.title): program \(id) (\(name)), in the slot, \(owner)"
            }
            let processes = holders.links[hook.attachment?.linkID ?? 0] ?? []
            let owner = processes.isEmpty ? "somebody who cannot be seen" : words(processes)
            return "\(hook.title): program \(id) (\(name)), held by \(owner)"
        }
    }

    /// Who reads what the shadows of a run in the slots count; nobody, where it was cut off.
    ///
    /// A process in a pid namespace that is not seen from here is nobody.
    public static func watchers(of run: RunRecord) -> [MapRecord.Process] {
        let programs = Set(run.hooks.compactMap(\.replacement?.id)).sorted()
        guard !programs.isEmpty else { return [] }
        let holders = Holders()
        return programs.reduce(into: []) { all, id in
            for process in watchers(ofProgram: id, holders) where !all.contains(process) { all.append(process) }
        }
    }

    /// Why somebody may watch one and not be seen; `nil` where all processes are seen.
    public static var unseen: String? { Holders.outerProcesses().first?.why }

    /// `migrate (pid 7)`.
    public static func words(_ processes: [MapRecord.Process]) -> String {
        processes.map { "\($0.command) (pid \($0.pid))" }.joined(separator: ", ")
    }

    private static func watchers(ofProgram id: UInt32, _ holders: Holders) -> [MapRecord.Process] {
        guard let program = try? BPFProgram(id: id) else { return [] }
        // What nobody holds is not opened: among it is the slot of the legacy program (``BPFMap/exists(id:)``).
        let maps = program.record.mapIDs.filter { id in
            holders.maps[id] != nil && (try? BPFMap(id: id))?.record.name == ShadowCounters.totalsName
        }
        return maps.flatMap { holders.maps[$0] ?? [] }
    }
}
