import FoundationEssentials
import GRDB
import Model

extension Store {
    /// Writes down what is about to be done: act only afterwards.
    ///
    /// - Parameters:
    ///   - durable: on the disk when this returns; else with the next line that is, whatever becomes of this process.
    ///   - ns: nanoseconds since boot.
    ///   - command: on whose behalf; it is kept with the first line that it begins.
    /// - Returns: the line's number within the run, from 1.
    public func begin(
        run id: String, phase: String, intent: String, durable: Bool = true, at time: Date = Date(),
        ns: UInt64? = nil, command: CommandRecord? = nil
    ) throws(MigrateError) -> Int {
        let insert = { [auditor] (db: Database) throws -> Int in
            // Who acts is on the disk before the first act is.
            try auditor.appendCommand(to: db)
            let number = try command.map { try CommandRows.number($0, run: id, in: db) }
            let sql = """
                INSERT INTO journal (run_id, sequence, phase, intent, started_at, started_ns, command)
                SELECT ?, coalesce(max(sequence), 0) + 1, ?, ?, ?, ?, ? FROM journal WHERE run_id = ?
                RETURNING sequence
                """
            let arguments: StatementArguments = [
                id, phase, intent, Timestamp.text(time), ns?.bits, number, id,
            ]
            guard let sequence = try Int.fetchOne(db, sql: sql, arguments: arguments) else {
                throw DamagedRow("A line of the journal went away while it was written.")
            }
            return sequence
        }
        return durable ? try write(insert) : try writeSoon(insert)
    }

    /// Writes down what came of it. On the disk with the next line that is begun: what a power cut takes away is also gone
    /// from the kernel.
    ///
    /// - Throws: `bug` for a line that was not begun or has been ended.
    public func end(
        run id: String, sequence: Int, evidence: String, at time: Date = Date(), ns: UInt64? = nil
    ) throws(MigrateError) {
        try writeSoon { db in
            let sql = """
                UPDATE journal SET evidence = ?, ended_at = ?, ended_ns = ?
                WHERE run_id = ? AND sequence = ? AND ended_at IS NULL
                """
            try db.execute(sql: sql, arguments: [evidence, Timestamp.text(time), ns?.bits, id, sequence])
            if db.changesCount == 0 {
                throw MigrateError(.bug, "line \(sequence) of the journal of run \(id) is not open")
            }
        }
    }

    /// The lines of a run in the order they were begun.
    public func journal(run id: String) throws(MigrateError) -> [JournalEntry] {
        try read { db in
            let sql = "SELECT * FROM journal WHERE run_id = ? ORDER BY sequence"
            return try Row.fetchAll(db, sql: sql, arguments: [id]).map { row in
                JournalEntry(
                    sequence: try row.value("sequence"), phase: try row.value("phase"), intent: try row.value("intent"),
                    evidence: try row.optional("evidence"), startedAt: try Timestamp.date(row.value("started_at")),
                    endedAt: try row.optional("ended_at").map(Timestamp.date),
                    startedNs: try row.optionalBits("started_ns"), endedNs: try row.optionalBits("ended_ns"),
                    command: try row.optional("command"))
            }
        }
    }
}
