import GRDB
import Model

/// A hook and every attribute of its filter, in `hook_rows` and, with the same columns, in `run_hooks`.
extension Hook: SnapshotPart {
    static let storedTable = "hook_rows"
    static let storedColumns =
        [
            "netns", "netns_inode", "netns_path", "interface", "ifindex", "kind", "direction", "chain", "priority",
            "handle",
            "protocol", "program_id", "program_name", "program_tag", "filter_kind", "filter_ifindex", "filter_parent",
            "filter_program_id", "filter_tag", "filter_name", "filter_class_id", "filter_flags", "filter_offload_flags",
            "filter_is_classic", "filter_has_actions",
        ] + attachmentColumns

    var storedValues: [(any DatabaseValueConvertible)?] {
        get throws {
            // The columns hold once what hook and filter both say; two answers would make rollback guess.
            if let filter {
                guard filter.netns == netns.cookie, filter.priority == priority, filter.handle == handle,
                    filter.chain == chain, filter.protocol == etherType
                else {
                    throw MigrateError(
                        .bug, "hook \(title) cannot be recorded",
                        facts: ["Hook and filter differ in namespace, priority, handle, chain or protocol."])
                }
            }
            let bpf = filter?.bpf
            return try [
                netns.cookie.bits, netns.inode.bits, netns.path, interface, ifindex, kind.rawValue, direction.rawValue,
                chain, priority, handle, etherType, program?.id, program?.name, program?.tag, filter?.kind,
                filter?.ifindex, filter?.parent, bpf?.programID, bpf?.tag, bpf?.name, bpf?.classID, bpf?.flags,
                bpf?.offloadFlags, bpf?.isClassic, bpf?.hasActions,
            ] + attachmentValues
        }
    }

    init(row: Row) throws {
        self.init(
            netns: NamespaceIdentity(
                cookie: try row.bits("netns"), inode: try row.bits("netns_inode"), path: try row.optional("netns_path")),
            interface: try row.value("interface"), ifindex: try row.value("ifindex"),
            kind: try row.parsed("kind", HookKind.init), direction: try row.parsed("direction", HookDirection.init),
            chain: try row.value("chain"), priority: try row.value("priority"), handle: try row.value("handle"),
            etherType: try row.value("protocol"), program: try row.program("program"), filter: nil)
        try readAttachment(row)
        guard let kind: String = try row.optional("filter_kind") else { return }
        filter = Filter(
            netns: netns.cookie, ifindex: try row.value("filter_ifindex"), parent: try row.value("filter_parent"),
            priority: priority, protocol: etherType, handle: handle, chain: chain, kind: kind, bpf: try Self.bpf(row))
    }

    private static func bpf(_ row: Row) throws -> Filter.BPF? {
        guard let isClassic: Bool = try row.optional("filter_is_classic") else { return nil }
        return Filter.BPF(
            programID: try row.optional("filter_program_id"), tag: try row.optional("filter_tag"),
            name: try row.optional("filter_name"), classID: try row.optional("filter_class_id"),
            flags: try row.optional("filter_flags"), offloadFlags: try row.optional("filter_offload_flags"),
            isClassic: isClassic, hasActions: try row.value("filter_has_actions"))
    }
}
