import GRDB
import Model

/// Who gave the commands of a run, as rows of `commands`.
enum CommandRows {
    /// The number of a command within the run, from 1; kept where it is new.
    static func number(_ command: CommandRecord, run id: String, in db: Database) throws -> Int {
        let text = try JSON.text(command)
        let known = try Int.fetchOne(
            db, sql: "SELECT number FROM commands WHERE run_id = ? AND command = ?", arguments: [id, text])
        if let known { return known }
        let sql = """
            INSERT INTO commands (run_id, number, command)
            SELECT ?, coalesce(max(number), 0) + 1, ? FROM commands WHERE run_id = ? RETURNING number
            """
        guard let number = try Int.fetchOne(db, sql: sql, arguments: [id, text, id]) else {
            throw DamagedRow("A command of run \(id) went away while it was written.")
        }
        return number
    }
}

extension Store {
    /// The commands that changed a run, in their order.
    public func commands(run id: String) throws(MigrateError) -> [CommandRecord] {
        try read { db in
            let sql = "SELECT command FROM commands WHERE run_id = ? ORDER BY number"
            return try Row.fetchAll(db, sql: sql, arguments: [id]).map { row in
                try row.json("command", as: CommandRecord.self)
            }
        }
    }
}
