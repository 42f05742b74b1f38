extension SnapshotItems {
    /// A chain is its table and name; a BPF program on a netfilter hook is its link.
    func item(_ filter: PacketFilter) -> DiffItem {
        var identity: [DiffItem.Part] = [.number(filter.netns ?? 0), .text(filter.kind.rawValue), .text(filter.family)]
        identity += [.text(filter.table ?? ""), .text(filter.chain ?? ""), .number(UInt64(filter.linkID ?? 0))]
        identity.append(.text(filter.hook))
        let name = [filter.table, filter.chain].compactMap { $0 }.joined(separator: " ")
        let program = filter.program.map { "\($0.id) \($0.name) (tag \($0.tag))" }
        return DiffItem(
            identity,
            title: "\(filter.kind.rawValue) \(filter.family) \(filter.hook) \(name.isEmpty ? program ?? "" : name)"
                + (filter.netns.map(place) ?? ""),
            [
                ("priority", filter.priority), ("type", filter.type), ("policy", filter.policy),
                ("rules", filter.rules), ("devices", list(filter.devices)), ("program", program),
            ])
    }
}
