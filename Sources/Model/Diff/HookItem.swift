extension SnapshotItems {
    /// The place is the identity; whose program it holds is what is said of it.
    func item(_ hook: Hook) -> DiffItem {
        let bpf = hook.filter?.bpf
        var identity: [DiffItem.Part] = [.number(hook.netns.cookie), .number(UInt64(hook.ifindex))]
        identity += [.text(hook.kind.rawValue), .text(hook.direction.rawValue), .number(UInt64(hook.chain))]
        identity += [.number(UInt64(hook.priority)), .number(UInt64(hook.etherType)), .number(UInt64(hook.handle))]
        identity.append(.number(UInt64(hook.attachment?.position ?? 0)))
        return DiffItem(
            identity, title: title(hook),
            [
                ("interface", hook.interface), ("program", hook.program.map { "\($0.id) \($0.name) (tag \($0.tag))" }),
                ("filter", hook.filter?.kind), ("parent", hook.filter.map { hex($0.parent) }), ("name", bpf?.name),
                ("classid", bpf?.classID.map(hex)), ("flags", bpf?.flags.map(hex)),
                ("offload_flags", bpf?.offloadFlags.map(hex)), ("actions", bpf?.hasActions == true ? "yes" : nil),
                ("link_id", hook.attachment?.linkID), ("mode", hook.attachment?.mode?.rawValue),
                ("pins", list(hook.owner?.pins ?? [])),
                ("holders", list((hook.owner?.holders ?? []).map { "\($0.command) (pid \($0.pid))" })),
            ])
    }

    private func title(_ hook: Hook) -> String {
        let slot =
            switch hook.kind {
            case .clsact, .ingress:
                " prio \(hook.priority) handle \(hex(hook.handle)) chain \(hook.chain) proto \(hook.protocolName)"
            case .tcx, .netkit: " position \(hook.attachment?.position ?? 0)"
            case .xdp: ""
            }
        return "\(hook.interface) \(hook.kind.rawValue)/\(hook.direction.rawValue)\(slot)"
            + place(hook.netns.cookie)
    }
}
