import GRDB
import Model

extension Store {
    /// Writes down what a check found. One that came out as the last one of its kind did is counted with it.
    public func note(_ check: HealthCheck, run id: String) throws(MigrateError) {
        try writeSoon { db in
            let at = Timestamp.text(check.at)
            try db.execute(
                sql: """
                    UPDATE health_checks SET times = times + 1, last_at = ?
                    WHERE run_id = ? AND moment = ? AND vantage = ? AND is_healthy = ? AND finding = ? AND sequence = (
                        SELECT max(sequence) FROM health_checks
                        WHERE run_id = ? AND subject = ? AND (vantage = ? OR subject = 'command'))
                    """,
                arguments: [
                    at, id, check.moment.rawValue, check.vantage, check.isHealthy, check.finding, id,
                    check.subject.rawValue, check.vantage,
                ])
            guard db.changesCount == 0 else { return }
            try db.execute(
                sql: """
                    INSERT INTO health_checks
                        (run_id, sequence, moment, subject, vantage, is_healthy, finding, times, first_at, last_at)
                    SELECT ?, coalesce(max(sequence), 0) + 1, ?, ?, ?, ?, ?, 1, ?, ? FROM health_checks WHERE run_id = ?
                    """,
                arguments: [
                    id, check.moment.rawValue, check.subject.rawValue, check.vantage, check.isHealthy, check.finding,
                    at, at, id,
                ])
            try auditor.tryAppend(.health(.init(runID: id, check: check)), to: db)
        }
    }

    /// In the order in which they were asked first.
    public func health(run id: String) throws(MigrateError) -> [HealthRecord] {
        try read { db in
            let sql = "SELECT * FROM health_checks WHERE run_id = ? ORDER BY sequence"
            return try Row.fetchAll(db, sql: sql, arguments: [id]).map { row in
                let check = HealthCheck(
                    moment: try row.parsed("moment", HealthCheck.Moment.init(rawValue:)),
                    subject: try row.parsed("subject", HealthCheck.Subject.init(rawValue:)),
                    vantage: try row.value("vantage"), isHealthy: try row.value("is_healthy"),
                    finding: try row.value("finding"), at: try Timestamp.date(row.value("first_at")))
                return HealthRecord(
                    check: check, times: try row.value("times"), lastAt: try Timestamp.date(row.value("last_at")))
            }
        }
    }
}
