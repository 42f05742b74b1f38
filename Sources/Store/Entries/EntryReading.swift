import FoundationEssentials
import GRDB
import Model

extension Store {
    /// Entries of a snapshot as read, by map and in the order in which they came.
    ///
    /// - Parameter limit: how many at most. All of a large map are many: ask by SQL instead.
    public func entries(snapshotID: String, limit: Int = .max) throws(MigrateError) -> [MapEntry] {
        try read { db in
            let sql = """
                SELECT r.map_id, e.key, e.value
                FROM entry_ranges AS r
                JOIN entry_rows AS e ON e.entry_row >= r.first_entry AND e.entry_row < r.end_entry
                WHERE r.snapshot_id = ? ORDER BY e.entry_row LIMIT ?
                """
            var entries: [MapEntry] = []
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [snapshotID, limit])
            while let row = try rows.next() {
                let key: Data = row[1]
                let value: Data = row[2]
                entries.append(MapEntry(mapID: row[0], key: Array(key), value: Array(value)))
            }
            return entries
        }
    }

    /// How many entries of a snapshot are recorded.
    public func entryCount(snapshotID: String) throws(MigrateError) -> Int {
        try read { db in
            let sql = "SELECT coalesce(sum(end_entry - first_entry), 0) FROM entry_ranges WHERE snapshot_id = ?"
            return try Int.fetchOne(db, sql: sql, arguments: [snapshotID]) ?? 0
        }
    }

    /// Every finding of the newest document of a plan, in the order of its map's entries; none once its snapshot is pruned.
    public func findings(planID: String) throws(MigrateError) -> [Finding] {
        try read { db in
            let id = try PrefixLookup.plans.only(planID, in: db)
            let sql = """
                SELECT e.address, e.ifindex, substr(e.value, r.mac_offset + 1, 6) AS mac, a.*
                FROM plans AS p
                JOIN entry_ranges AS r ON r.snapshot_id = p.snapshot_id
                JOIN entry_rows AS e ON e.entry_row >= r.first_entry AND e.entry_row < r.end_entry
                JOIN answer_rows AS a ON a.answer_row = e.answer_row
                WHERE p.plan_row = ? ORDER BY e.entry_row
                """
            var findings: [Finding] = []
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [PlanRows.newestRow(planID: id, in: db)])
            while let row = try rows.next() { findings.append(try Self.finding(row)) }
            return findings
        }
    }

    private static func finding(_ row: Row) throws -> Finding {
        let bytes: Data = try row.value("mac")
        guard let mac = MACAddress(bytes: bytes) else { throw DamagedRow("An entry's value is too short for its MAC.") }
        let judgement = Judgement(
            legacyInterface: try row.optional("legacy_interface"),
            kernel: Finding.Kernel(
                lookup: try row.value("kernel_lookup"), ifindex: try row.optional("kernel_ifindex"),
                interface: try row.optional("kernel_interface"),
                mac: try row.optionalParsed("kernel_mac", MACAddress.init),
                gateway: try row.optionalParsed("kernel_gateway", IPAddress.init)),
            verdict: try row.parsed("verdict", Verdict.init), effect: try row.parsed("effect", Effect.init),
            note: try row.value("note"))
        return judgement.finding(
            of: LegacyTarget(
                address: try row.parsed("address", IPAddress.init), ifindex: try row.value("ifindex"), mac: mac))
    }
}
