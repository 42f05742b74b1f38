import Kernel
import Model

/// Hooks that a run has lost while it waits to be confirmed.
extension RunInspector {
    /// One line, with both programs, for each hook that does not hold our program any more although its interface is
    /// there, or of which that cannot be told. A hook that went with its interface is nobody's.
    public func taken() -> [String] {
        run.hooks.compactMap { hook in drift(hook).flatMap { isVanished(hook.before, ours: hook.ours) ? nil : $0 } }
    }

    /// What is left to do where hooks are taken: `confirm` refuses the run then.
    public func nextWhereTaken() -> NextStep? {
        guard outlook.state == .provisional, !taken().isEmpty else { return nil }
        return NextStep(
            at: outlook.confirmBy,
            what: "hooks of it are not ours any more: take it back (keep it all the same: confirm --force-drift)",
            command: "migrate rollback --node \(Host.nodeName()) \(run.id)")
    }

    /// Whether the interface is gone; of a namespace that was not found the kernel's own word counts.
    func isVanished(_ hook: Hook, ours: Set<UInt32>) -> Bool {
        guard let namespace = namespaces.first(where: { $0.identity == hook.netns }) else {
            return !ours.isEmpty && !ours.contains(where: BPFProgram.exists)
        }
        let links = try? namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return try socket.links(netns: hook.netns.cookie)
        }
        return links.map { !$0.contains { $0.ifindex == hook.ifindex } } ?? false
    }
}
