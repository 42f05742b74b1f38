import GRDB
import Model

extension PacketFilter: SnapshotPart {
    static let storedTable = "packet_filter_rows"
    static let storedColumns = [
        "netns", "kind", "family", "hook", "priority", "type", "filter_table", "chain", "policy", "rules", "devices",
        "program_id", "program_name", "program_tag", "link_id",
    ]

    var storedValues: [(any DatabaseValueConvertible)?] {
        get throws {
            [
                netns?.bits, kind.rawValue, family, hook, priority, type, table, chain, policy, rules,
                try JSON.text(devices), program?.id, program?.name, program?.tag, linkID,
            ]
        }
    }

    init(row: Row) throws {
        self.init(
            netns: try row.optionalBits("netns"), kind: try row.parsed("kind", Kind.init),
            family: try row.value("family"), hook: try row.value("hook"), priority: try row.value("priority"),
            type: try row.optional("type"), table: try row.optional("filter_table"), chain: try row.optional("chain"),
            policy: try row.optional("policy"), rules: try row.optional("rules"),
            devices: try row.json("devices", as: [String].self), program: try row.program("program"),
            linkID: try row.optional("link_id"))
    }
}
