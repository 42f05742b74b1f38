import GRDB
import Model

extension Store {
    /// Keeps how a run is tried; once more with what was read before the flip.
    public func set(trial: RunTrial, run id: String) throws(MigrateError) {
        try write { db in
            let text = String(decoding: try JSON.canonical(trial), as: UTF8.self)
            try db.execute(
                sql: """
                    INSERT INTO trials (run_id, trial) VALUES (?, ?)
                    ON CONFLICT (run_id) DO UPDATE SET trial = excluded.trial
                    """, arguments: [id, text])
        }
    }

    /// `nil` for a run without a window, and for one of an earlier version.
    public func trial(run id: String) throws(MigrateError) -> RunTrial? {
        try decoded("trial", run: id)
    }

    /// Keeps how the sides fared; for a run without a trial nothing.
    public func set(sides: TrafficSides, run id: String) throws(MigrateError) {
        try write { db in
            let text = String(decoding: try JSON.canonical(sides), as: UTF8.self)
            try db.execute(sql: "UPDATE trials SET sides = ? WHERE run_id = ?", arguments: [text, id])
        }
    }

    /// As they were when the run was over; `nil` before.
    public func sides(run id: String) throws(MigrateError) -> TrafficSides? {
        try decoded("sides", run: id)
    }

    /// Keeps what was read of the traffic, in place of what was kept before; for a run without a trial nothing.
    public func set(traffic: [TrafficSample], run id: String) throws(MigrateError) {
        try writeSoon { db in
            let text = String(decoding: try JSON.canonical(traffic), as: UTF8.self)
            try db.execute(sql: "UPDATE trials SET traffic = ? WHERE run_id = ?", arguments: [text, id])
        }
    }

    /// In the order in which it was read; `nil` where nobody did.
    public func traffic(run id: String) throws(MigrateError) -> [TrafficSample]? {
        try decoded("traffic", run: id)
    }

    private func decoded<Value: Decodable>(_ column: String, run id: String) throws(MigrateError) -> Value? {
        try read { db in
            let text = try String.fetchOne(db, sql: "SELECT \(column) FROM trials WHERE run_id = ?", arguments: [id])
            return try text.map { try JSON.decode(Value.self, from: Array($0.utf8)) }
        }
    }
}
