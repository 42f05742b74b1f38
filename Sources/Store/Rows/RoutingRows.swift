import GRDB
import Model

extension Rule: SnapshotPart {
    static let storedTable = "rule_rows"
    static let storedColumns = [
        "netns", "family", "priority", "action", "route_table", "source", "destination", "input_interface",
        "output_interface", "mark", "mark_mask", "tos", "ip_protocol", "source_port_first", "source_port_last",
        "destination_port_first", "destination_port_last", "user_id_first", "user_id_last",
        "other_selectors", "is_inverted",
    ]

    var storedValues: [(any DatabaseValueConvertible)?] {
        [
            netns.bits, family.rawValue, priority, action, table, source?.description, destination?.description,
            inputInterface, outputInterface, mark, markMask, tos, ipProtocol, sourcePorts?.first, sourcePorts?.last,
            destinationPorts?.first, destinationPorts?.last, userIDs?.first, userIDs?.last,
            "[\(otherSelectors.map(String.init).joined(separator: ","))]", isInverted,
        ]
    }

    init(row: Row) throws {
        self.init(
            netns: try row.bits("netns"), family: try row.parsed("family", AddressFamily.init),
            priority: try row.value("priority"), action: try row.value("action"), table: try row.value("route_table"),
            source: try row.optionalParsed("source", IPPrefix.init),
            destination: try row.optionalParsed("destination", IPPrefix.init),
            inputInterface: try row.optional("input_interface"), outputInterface: try row.optional("output_interface"),
            mark: try row.optional("mark"), markMask: try row.optional("mark_mask"), tos: try row.value("tos"),
            ipProtocol: try row.optional("ip_protocol"), sourcePorts: try Self.range(row, "source_port"),
            destinationPorts: try Self.range(row, "destination_port"), userIDs: try Self.range(row, "user_id"),
            otherSelectors: try row.json("other_selectors", as: [UInt16].self), isInverted: try row.value("is_inverted")
        )
    }

    private static func range(_ row: Row, _ prefix: String) throws -> Range? {
        guard let first: UInt32 = try row.optional(prefix + "_first") else { return nil }
        return Range(first: first, last: try row.value(prefix + "_last"))
    }
}

extension Route: SnapshotPart {
    static let storedTable = "route_rows"
    static let storedColumns = [
        "netns", "route_table", "kind", "destination", "gateway", "output_interface", "next_hops", "metric", "scope",
        "origin", "preferred_source", "flags",
    ]

    var storedValues: [(any DatabaseValueConvertible)?] {
        get throws {
            [
                netns.bits, table, kind.rawValue, destination.description, gateway?.description, outputInterface,
                try JSON.text(nextHops), metric, scope, origin, preferredSource?.description, flags,
            ]
        }
    }

    init(row: Row) throws {
        let number: UInt8 = try row.value("kind")
        guard let kind = Kind(rawValue: number) else { throw DamagedRow("Column kind holds route type \(number).") }
        self.init(
            netns: try row.bits("netns"), table: try row.value("route_table"), kind: kind,
            destination: try row.parsed("destination", IPPrefix.init),
            gateway: try row.optionalParsed("gateway", IPAddress.init),
            outputInterface: try row.optional("output_interface"),
            nextHops: try row.json("next_hops", as: [NextHop].self), metric: try row.value("metric"),
            scope: try row.value("scope"), origin: try row.value("origin"),
            preferredSource: try row.optionalParsed("preferred_source", IPAddress.init),
            flags: try row.value("flags"))
    }
}
