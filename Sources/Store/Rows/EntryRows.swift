import FoundationEssentials
import GRDB
import Model

/// Map entries: the many rows. Written in the order of their keys, so that SQLite appends.
enum EntryRows {
    static func insert(
        _ entries: [MapEntry], snapshotID: String, decode: (MapEntry) -> LegacyTarget?, into db: Database
    ) throws {
        let statement = try db.insertion(
            into: "map_entries", columns: ["snapshot_id", "map_id", "key", "value", "address", "ifindex", "mac"])
        let snapshot = snapshotID.databaseValue
        for index in order(entries) {
            let entry = entries[index]
            let target = decode(entry)
            statement.setUncheckedArguments([
                snapshot, entry.mapID, Data(entry.key), Data(entry.value), target?.address.description,
                target?.ifindex, target?.mac.description,
            ])
            try statement.execute()
        }
    }

    /// By map and key.
    static func fetch(snapshotID: String, from db: Database) throws -> [MapEntry] {
        let sql = "SELECT map_id, key, value FROM map_entries WHERE snapshot_id = ? ORDER BY map_id, key"
        var entries: [MapEntry] = []
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [snapshotID])
        while let row = try rows.next() {
            let key: Data = row[1]
            let value: Data = row[2]
            entries.append(MapEntry(mapID: row[0], key: Array(key), value: Array(value)))
        }
        return entries
    }

    /// Indices by map and the first 16 bytes of the key: not always the whole order, always near enough to append, and
    /// ten times faster than comparing arrays of bytes.
    private static func order(_ entries: [MapEntry]) -> [Int] {
        struct Place {
            var map: UInt32
            var key: UInt128
            var index: Int
        }
        let places = entries.enumerated().map { index, entry in
            let head = entry.key.prefix(16)
            let number = head.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } << UInt128(8 * (16 - head.count))
            return Place(map: entry.mapID, key: number, index: index)
        }
        return places.sorted { ($0.map, $0.key) < ($1.map, $1.key) }.map(\.index)
    }
}
