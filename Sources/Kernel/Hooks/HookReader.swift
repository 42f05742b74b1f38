import Model

/// Finds the programs attached to the interfaces of one namespace: one reader for each kind of place.
public enum HookReader {
    /// As below, entering the namespace.
    public static func hooks(in namespace: NetworkNamespace) throws(KernelError) -> [Hook] {
        let identity = namespace.identity
        return try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return try hooks(in: identity, links: try socket.links(netns: identity.cookie), socket: &socket)
        }
    }

    /// Every program at every kind of place; for a thread inside that namespace.
    ///
    /// Of xdp the BPF link is not known here; see `BPFLinkRecord.assign`.
    public static func hooks(
        in netns: NamespaceIdentity, links: [Link], socket: inout NetlinkSocket
    ) throws(KernelError) -> [Hook] {
        // In the order in which a packet that comes in meets them.
        try XDPHookReader.hooks(in: netns, socket: &socket)
            + NetkitHookReader.hooks(in: netns, links: links)
            + TCXHookReader.hooks(in: netns, links: links)
            + FilterHookReader.hooks(in: netns, links: links, socket: &socket)
    }

    /// The hook as it is now, or `nil` when nothing is at its place; for a thread inside its namespace.
    ///
    /// - Parameter replacement: the program that took its program's place, if one did.
    public static func current(
        _ hook: Hook, replacement: UInt32? = nil, socket: inout NetlinkSocket
    ) throws(KernelError) -> Hook? {
        switch hook.kind {
        case .clsact, .ingress: try FilterHookReader.current(hook, socket: &socket)
        case .tcx: try TCXHookReader.current(hook, replacement: replacement)
        case .netkit:
            try NetkitHookReader.hooks(
                in: hook.netns, links: try socket.links(netns: hook.netns.cookie).filter { $0.ifindex == hook.ifindex }
            ).first { $0.isSamePlace(as: hook) && $0.attachment?.position == hook.attachment?.position }
        case .xdp:
            try XDPHookReader.hooks(in: hook.netns, socket: &socket)
                .first { $0.isSamePlace(as: hook) && $0.attachment?.mode == hook.attachment?.mode }
        }
    }

    /// As above for many hooks of one namespace, filters in batches; for a thread inside it.
    ///
    /// - Parameter replacements: for each hook the programs that may have taken its program's place.
    /// - Returns: one answer for each hook, in their order.
    public static func current(
        _ hooks: [Hook], replacements: [[UInt32]], socket: inout NetlinkSocket
    ) -> [Result<Hook?, KernelError>] {
        let isFilter = hooks.map { $0.kind == .clsact || $0.kind == .ingress }
        var filters = FilterHookReader.current(
            zip(hooks, isFilter).filter(\.1).map(\.0), socket: &socket)[...]
        var answers: [Result<Hook?, KernelError>] = []
        for (index, hook) in hooks.enumerated() {
            if isFilter[index], let answer = filters.popFirst() {
                answers.append(answer)
            } else {
                answers.append(
                    Result { () throws(KernelError) in
                        try hook.kind == .tcx
                            ? TCXHookReader.current(hook, replacements: replacements[index])
                            : current(hook, socket: &socket)
                    })
            }
        }
        return answers
    }
}

extension ProgramReference {
    /// The loaded program. One that went away meanwhile keeps its id and the tag; its name is then unknown.
    init(loaded id: UInt32, tag: String = "") {
        self = (try? BPFProgram(id: id).record.reference) ?? ProgramReference(id: id, name: "", tag: tag)
    }
}
