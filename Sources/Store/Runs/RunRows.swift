import GRDB
import Model

/// Runs as rows of `runs` and `run_hooks`.
enum RunRows {
    static func insert(_ run: RunRecord, into db: Database) throws {
        let columns = [
            "run_id", "plan_id", "plan_row", "boot_id", "node", "netns", "pin_directory", "state", "reason",
            "started_at", "ended_at", "cut", "purpose", "confirm_within",
        ]
        try db.insertion(into: "runs", columns: columns).execute(arguments: [
            run.id, run.planID, try PlanRows.newestRow(planID: run.planID, in: db), run.bootID, run.node,
            run.nodeNetns.bits, run.pinDirectory, run.state.rawValue, run.reason?.rawValue,
            Timestamp.text(run.startedAt),
            run.endedAt.map(Timestamp.text), run.cut.rawValue, run.purpose.rawValue, run.confirmWithin,
        ])
        let statement = try db.insertion(
            into: "run_hooks",
            columns: ["run_id", "hook_index"] + Hook.storedColumns
                + ["replacement", "plain"].flatMap(programColumns))
        for hook in run.hooks {
            let key: [(any DatabaseValueConvertible)?] = [run.id, hook.index]
            let ours = values(hook.replacement) + values(hook.plain)
            try statement.execute(arguments: StatementArguments(key + hook.before.storedValues + ours))
        }
    }

    static func programColumns(_ prefix: String) -> [String] { ["id", "name", "tag"].map { "\(prefix)_\($0)" } }

    static func values(_ program: ProgramReference?) -> [(any DatabaseValueConvertible)?] {
        [program?.id, program?.name, program?.tag]
    }

    /// Newest first: by the order of their rows, for the clock may have been set back.
    static func fetch(where condition: String, _ arguments: StatementArguments, from db: Database) throws -> [RunRecord]
    {
        let sql = "SELECT * FROM runs WHERE \(condition) ORDER BY rowid DESC"
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            let id: String = try row.value("run_id")
            return RunRecord(
                id: id, planID: try row.value("plan_id"), bootID: try row.value("boot_id"), node: try row.value("node"),
                nodeNetns: try row.bits("netns"), pinDirectory: try row.value("pin_directory"),
                state: try row.parsed("state", RunState.init),
                reason: try row.optionalParsed("reason", RunReason.init),
                cut: try row.parsed("cut", CutKind.init), purpose: try row.parsed("purpose", RunPurpose.init),
                confirmWithin: try row.optional("confirm_within"),
                startedAt: try Timestamp.date(row.value("started_at")),
                endedAt: try row.optional("ended_at").map(Timestamp.date), hooks: try hooks(ofRun: id, from: db))
        }
    }

    private static func hooks(ofRun id: String, from db: Database) throws -> [RunRecord.RunHook] {
        let sql = "SELECT * FROM run_hooks WHERE run_id = ? ORDER BY hook_index"
        return try Row.fetchAll(db, sql: sql, arguments: [id]).map { row in
            RunRecord.RunHook(
                index: try row.value("hook_index"), before: try Hook(row: row),
                replacement: try row.program("replacement"), plain: try row.program("plain"))
        }
    }

    static func setReplacement(
        _ program: ProgramReference?, run id: String, hook index: Int, in db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE run_hooks SET replacement_id = ?, replacement_name = ?, replacement_tag = ?
                WHERE run_id = ? AND hook_index = ?
                """)
        try statement.execute(arguments: [program?.id, program?.name, program?.tag, id, index])
        if db.changesCount == 0 { throw missing("\(id) hook \(index)") }
    }

    static func planID(ofRun id: String, in db: Database) throws -> String {
        try String.fetchOne(db, sql: "SELECT plan_id FROM runs WHERE run_id = ?", arguments: [id]) ?? ""
    }

    static func missing(_ id: String) -> MigrateError {
        MigrateError(.noRun, "no run \(id) is recorded", remedy: "List what there is:  migrate history")
    }
}
