import GRDB
import Model

/// What pruning dropped.
public struct Pruned: Codable, Hashable, Sendable {
    public var snapshots: Int
    /// Documents of plans that no run was made of.
    public var plans: Int
}

extension Store {
    /// How many snapshots pruning leaves.
    public static let snapshotsKept = 10

    /// Drops all but the last snapshots, with their entries, and plans of dropped snapshots that no run was made of.
    ///
    /// Runs, their journal and the document each was made of stay for good. The file does not shrink: later records take
    /// the room.
    public func prune(keep: Int = Store.snapshotsKept) throws(MigrateError) -> Pruned {
        try write { db in
            let pruned = try Pruning.run(db, keep: keep)
            if pruned.snapshots + pruned.plans > 0 {
                try auditor.append(.prune(.init(snapshots: pruned.snapshots, plans: pruned.plans)), to: db)
            }
            return pruned
        }
    }
}

/// Pruning as part of a transaction.
enum Pruning {
    /// All but the last snapshots, in the order in which they came: the clock may have been set back since.
    private static let old = "SELECT snapshot_id FROM snapshots ORDER BY rowid DESC LIMIT -1 OFFSET ?"

    static func run(_ db: Database, keep: Int) throws -> Pruned {
        // Entries go by a trigger, range by range (v0003). plans.snapshot_id becomes NULL with its snapshot.
        try db.execute(sql: "DELETE FROM snapshots WHERE snapshot_id IN (\(old))", arguments: [keep])
        let snapshots = db.changesCount
        try db.execute(
            sql: """
                DELETE FROM plans WHERE snapshot_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.plan_row = plans.plan_row)
                """)
        return Pruned(snapshots: snapshots, plans: db.changesCount)
    }

    /// Rows of `entry_rows` that would go with the snapshots that are too many.
    static func ranges(_ db: Database, keep: Int) throws -> [Range<Int64>] {
        let sql = """
            SELECT first_entry, end_entry FROM entry_ranges WHERE snapshot_id IN (\(old)) AND end_entry > first_entry
            """
        return try Row.fetchAll(db, sql: sql, arguments: [keep]).map { row in
            let first: Int64 = try row.value("first_entry"), end: Int64 = try row.value("end_entry")
            return first..<max(first, end)
        }
    }
}
