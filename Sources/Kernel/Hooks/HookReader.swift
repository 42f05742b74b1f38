import Model

/// Finds the programs attached to the interfaces of one namespace. clsact, ingress qdiscs and tcx.
public enum HookReader {
    /// As below, entering the namespace.
    public static func hooks(in namespace: NetworkNamespace) throws(KernelError) -> [Hook] {
        let identity = namespace.identity
        return try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return try hooks(in: identity, links: try socket.links(netns: identity.cookie), socket: &socket)
        }
    }

    /// Every filter of every clsact and ingress qdisc, on all chains, and every program at tcx; for a thread inside that
    /// namespace.
    public static func hooks(
        in netns: NamespaceIdentity, links: [Link], socket: inout NetlinkSocket
    ) throws(KernelError) -> [Hook] {
        var hooks: [Hook] = []
        for qdisc in try socket.qdiscs(netns: netns.cookie) {
            guard let name = links.first(where: { $0.ifindex == qdisc.ifindex })?.name else { continue }
            let places: [(UInt32, HookKind, HookDirection)] =
                switch qdisc.kind {
                case "clsact":
                    [(Filter.clsactIngress, .clsact, .ingress), (Filter.clsactEgress, .clsact, .egress)]
                case "ingress": [(Filter.ingressQdisc, .ingress, .ingress)]
                default: []
                }
            for (parent, kind, direction) in places {
                let filters: [Filter]
                do {
                    filters = try socket.filters(ifindex: qdisc.ifindex, parent: parent, netns: netns.cookie)
                } catch {
                    // The interface or its qdisc went away between the two dumps.
                    if error.errno == .operationNotSupportedByDevice || error.errno == .invalidArgument
                        || error.errno == .noSuchFileOrDirectory
                    {
                        continue
                    }
                    throw error
                }
                for filter in filters {
                    hooks.append(hook(filter, netns, qdisc.ifindex, name, kind, direction))
                }
            }
        }
        return hooks + (try TCXHookReader.hooks(in: netns, links: links))
    }

    /// The hook as it is now, or `nil` when the filter, program or link is gone; for a thread inside its namespace.
    ///
    /// - Parameter replacement: the program that took its program's place, if one did.
    public static func current(
        _ hook: Hook, replacement: UInt32? = nil, socket: inout NetlinkSocket
    ) throws(KernelError) -> Hook? {
        if hook.kind == .tcx { return try TCXHookReader.current(hook, replacement: replacement) }
        guard let slot = hook.filter?.slot, let filter = try socket.filter(at: slot, netns: hook.netns.cookie) else {
            return nil
        }
        return self.hook(filter, hook.netns, hook.ifindex, hook.interface, hook.kind, hook.direction)
    }

    private static func hook(
        _ filter: Filter, _ netns: NamespaceIdentity, _ ifindex: UInt32, _ name: String, _ kind: HookKind,
        _ direction: HookDirection
    ) -> Hook {
        // A program that went away between the two reads keeps its id and tag; its name is then unknown.
        let program = filter.bpf.flatMap { bpf in
            bpf.programID.map { id in
                (try? BPFProgram(id: id).record.reference)
                    ?? ProgramReference(id: id, name: "", tag: bpf.tag ?? "")
            }
        }
        return Hook(
            netns: netns, interface: name, ifindex: ifindex, kind: kind, direction: direction, chain: filter.chain,
            priority: filter.priority, handle: filter.handle, etherType: filter.protocol, program: program,
            filter: filter)
    }
}
