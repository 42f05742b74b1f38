import FoundationEssentials
import GRDB
import Model

extension Store {
    /// The one snapshot whose id begins with `prefix`, without the entries of its maps (``entries(snapshotID:limit:)``).
    ///
    /// - Throws: `unknownID` when none or several begin so.
    public func snapshot(idPrefix prefix: String) throws(MigrateError) -> Snapshot {
        try read { db in
            let id = try PrefixLookup.snapshots.only(prefix, in: db)
            return try SnapshotRows.fetch(id: id, from: db)
        }
    }

    /// Newest first.
    public func snapshots() throws(MigrateError) -> [SnapshotSummary] {
        try read { db in
            let sql = """
                SELECT snapshot_id, taken_at, node, profile,
                    (SELECT coalesce(sum(entries), 0) FROM map_rows WHERE map_rows.snapshot_id = snapshots.snapshot_id) AS entries
                FROM snapshots ORDER BY rowid DESC
                """
            return try Row.fetchAll(db, sql: sql).map { row in
                SnapshotSummary(
                    id: try row.value("snapshot_id"), takenAt: try Timestamp.date(row.value("taken_at")),
                    node: try row.value("node"), profile: try row.value("profile"), entries: try row.value("entries"))
            }
        }
    }
}
