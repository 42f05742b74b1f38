import GRDB
import Model

/// What of a run is asked first, to find the one that is meant: without its hooks, of which there may be hundreds in each of a
/// thousand runs.
public struct RunHead: Hashable, Sendable {
    public var id: String
    public var planID: String
    public var bootID: String
    public var state: RunState
    public var purpose: RunPurpose

    init(row: Row) throws {
        id = try row.value("run_id")
        planID = try row.value("plan_id")
        bootID = try row.value("boot_id")
        state = try row.parsed("state", RunState.init)
        purpose = try row.parsed("purpose", RunPurpose.init)
    }
}

extension Store {
    /// Of every run, newest first.
    public func runHeads() throws(MigrateError) -> [RunHead] { try read(RunRows.heads) }

    /// Those runs whose head is wanted, newest first.
    public func runs(where isWanted: (RunHead) -> Bool) throws(MigrateError) -> [RunRecord] {
        try read { db in
            try RunRows.heads(db).filter(isWanted).flatMap { try RunRows.fetch(where: "run_id = ?", [$0.id], from: db) }
        }
    }
}

extension RunRows {
    fileprivate static func heads(_ db: Database) throws -> [RunHead] {
        let sql = "SELECT run_id, plan_id, boot_id, state, purpose FROM runs ORDER BY rowid DESC"
        return try Row.fetchAll(db, sql: sql).map(RunHead.init)
    }
}
