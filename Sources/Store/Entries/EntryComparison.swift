import FoundationEssentials
import GRDB
import Model

extension Store {
    /// What differs between the entries of two snapshots; the other one may be in another store.
    ///
    /// SQLite sorts both sides by map and key, on the disk where they are many; both are read once, side by side.
    public func compareEntries(
        of snapshotID: String, with otherID: String, in other: Store
    ) throws(MigrateError) -> DiffGroup {
        // One connection cannot be asked while it is being asked.
        if other === self {
            return try read { try Self.compare(Self.sorted(snapshotID, in: $0), Self.sorted(otherID, in: $0)) }
        }
        return try read { db in
            let before = try Self.sorted(snapshotID, in: db)
            return try other.read { try Self.compare(before, Self.sorted(otherID, in: $0)) }
        }
    }

    private static func compare(_ before: RowCursor, _ after: RowCursor) throws -> DiffGroup {
        try EntryDiff.compare({ try before.next().map(entry) }, { try after.next().map(entry) })
    }

    private static func sorted(_ snapshotID: String, in db: Database) throws -> RowCursor {
        let sql = """
            SELECT coalesce(m.pin, m.name || ' (id ' || m.map_id || ')') AS map, e.key, e.value, e.address, e.ifindex,
                r.mac_offset
            FROM entry_ranges AS r
            JOIN map_rows AS m ON m.snapshot_id = r.snapshot_id AND m.map_id = r.map_id
            JOIN entry_rows AS e ON e.entry_row >= r.first_entry AND e.entry_row < r.end_entry
            WHERE r.snapshot_id = ? ORDER BY map, e.key
            """
        return try Row.fetchCursor(db, sql: sql, arguments: [snapshotID])
    }

    private static func entry(_ row: Row) throws -> EntryDiff.Entry {
        let key: Data = row[1]
        let value: Data = row[2]
        return EntryDiff.Entry(
            map: row[0], key: Array(key), value: Array(value), address: row[3], ifindex: row[4], macOffset: row[5])
    }
}
