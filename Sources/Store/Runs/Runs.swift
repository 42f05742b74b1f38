import FoundationEssentials
import GRDB
import Model

extension Store {
    /// Records a run and its hooks before anything is changed. It keeps the newest document of its plan.
    public func create(run: RunRecord) throws(MigrateError) {
        try write { db in
            try auditor.append(.state(.init(run)), to: db)
            try RunRows.insert(run, into: db)
        }
    }

    /// Records where a run is now; `reason` and `endedAt` stay as they are where `nil`.
    ///
    /// - Throws: `noRun` for an id that is not recorded.
    public func update(
        run id: String, state: RunState, reason: RunReason? = nil, endedAt: Date? = nil
    ) throws(MigrateError) {
        try write { db in
            let sql = """
                UPDATE runs SET state = ?, reason = coalesce(?, reason), ended_at = coalesce(?, ended_at) WHERE run_id = ?
                """
            try db.execute(sql: sql, arguments: [state.rawValue, reason?.rawValue, endedAt.map(Timestamp.text), id])
            if db.changesCount == 0 { throw RunRows.missing(id) }
            // Nothing waits for the log: a run that cannot be told of is taken back all the same.
            try auditor.tryAppend(
                .state(
                    .init(
                        runID: id, planID: try RunRows.planID(ofRun: id, in: db), state: state, reason: reason)), to: db
            )
        }
    }

    /// Records which program of ours is in the slot of a hook; `nil` once it no longer is.
    ///
    /// - Throws: `noRun` for a run or a hook that is not recorded.
    public func setReplacement(
        run id: String, hook index: Int, _ program: ProgramReference?
    ) throws(MigrateError) {
        try write { try RunRows.setReplacement(program, run: id, hook: index, in: $0) }
    }

    /// The same for all hooks of a run, in their order, in one write. On the disk with the next line of the journal.
    public func setReplacements(run id: String, _ programs: [ProgramReference]) throws(MigrateError) {
        try writeSoon { db in
            for (index, program) in programs.enumerated() {
                try RunRows.setReplacement(program, run: id, hook: index, in: db)
            }
        }
    }

    /// Records our programs of all hooks, in the hooks' order, by one write. On the disk with the next durable line of the
    /// journal.
    ///
    /// - Throws: `noRun` for a run or a hook that is not recorded; nothing is written then.
    public func set(programs: [HookPrograms], run id: String) throws(MigrateError) {
        try writeSoon { db in
            let columns = ["replacement", "plain"].flatMap(RunRows.programColumns).map { "\($0) = ?" }
            let statement = try db.makeStatement(
                sql:
                    "UPDATE run_hooks SET \(columns.joined(separator: ", ")) WHERE run_id = ? AND hook_index IN (SELECT value FROM json_each(?))"
            )
            // Few programs are in many hooks.
            for (ours, hooks) in Dictionary(grouping: programs.indices, by: { programs[$0] }) {
                let key: [(any DatabaseValueConvertible)?] = [id, "[\(hooks.map(String.init).joined(separator: ","))]"]
                try statement.execute(
                    arguments: StatementArguments(
                        RunRows.values(ours.replacement) + RunRows.values(ours.plain) + key))
                if db.changesCount < hooks.count { throw RunRows.missing("\(id) one of hooks \(hooks)") }
            }
        }
    }

    /// The one run whose id begins with `prefix`.
    ///
    /// - Throws: `unknownID` when none or several begin so.
    public func run(idPrefix prefix: String) throws(MigrateError) -> RunRecord {
        try read { db in
            let id = try PrefixLookup.runs.only(prefix, in: db)
            guard let run = try RunRows.fetch(where: "run_id = ?", [id], from: db).first else {
                throw RunRows.missing(id)
            }
            return run
        }
    }

    /// Runs that another one must wait for, newest first. More than one means that something went wrong.
    public func openRuns() throws(MigrateError) -> [RunRecord] { try runs(where: \.state.isOpen) }

    /// The one started last; with `includingFinalized` false, the one that can still be rolled back.
    public func latestRun(includingFinalized: Bool = true) throws(MigrateError) -> RunRecord? {
        let wanted = try runHeads().first { includingFinalized || $0.state != .finalized }
        return try runs { $0.id == wanted?.id }.first
    }

    /// Newest first.
    public func runs() throws(MigrateError) -> [RunRecord] {
        try read { try RunRows.fetch(where: "true", [], from: $0) }
    }
}
