import Kernel

/// Shadows that run in the node's own namespace, found by their links.
public enum RunningShadows {
    /// One line each; nothing where the hooks cannot be read.
    public static func lines(netnsPath: String?) -> [String] {
        guard
            let node = try? netnsPath.map({ (path) throws(KernelError) in try NetworkNamespace(path: path) })
                ?? NetworkNamespace.current(), let hooks = try? HookReader.hooks(in: node)
        else { return [] }
        let shadows = hooks.filter(ShadowObject.isShadow)
        guard !shadows.isEmpty else { return [] }
        let holders = Holders().links
        return shadows.map { hook in
            let link = hook.attachment?.linkID ?? 0
            let processes = (holders[link] ?? []).map { "\($0.command) (pid \($0.pid))" }
            let owner = processes.isEmpty ? "somebody who cannot be seen" : processes.joined(separator: ", ")
            return "\(hook.title): program \(hook.program?.id ?? 0) (\(hook.program?.name ?? "?")), held by \(owner)"
        }
    }
}
