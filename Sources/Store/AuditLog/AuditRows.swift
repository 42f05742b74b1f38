import FoundationEssentials
import GRDB
import Model

/// The audit log as rows.
enum AuditRows {
    static func head(in db: Database) throws -> AuditHead? {
        let sql = "SELECT sequence, hash FROM audit_rows ORDER BY sequence DESC LIMIT 1"
        return try Row.fetchOne(db, sql: sql).map {
            AuditHead(sequence: try $0.value("sequence"), hash: try $0.value("hash"))
        }
    }

    /// What the last record tells of, if it is that.
    static func last<Event: Codable & Sendable>(_ type: Event.Type, in db: Database) throws -> Event? {
        let sql = "SELECT record FROM audit_rows ORDER BY sequence DESC LIMIT 1"
        guard let text = try String.fetchOne(db, sql: sql) else { return nil }
        return try? JSON.decode(AuditRecord<Event>.self, from: Array(text.utf8)).event
    }

    static func genesis(_ node: String, in db: Database) throws -> AuditEvent.Genesis {
        func number(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: "SELECT \(sql)") ?? 0 }
        return AuditEvent.Genesis(
            node: node, earlierPlans: try number("count(*) FROM plans"), earlierRuns: try number("count(*) FROM runs"),
            lastPlanRow: try number("max(plan_row) FROM plans"), lastRunRow: try number("max(rowid) FROM runs"))
    }

    /// As bytes, whatever somebody has put there: text that is none is a record that was changed, and no damaged database.
    static func lines(in db: Database) throws -> [AuditLine] {
        let sql =
            "SELECT sequence, CAST(record AS BLOB) AS record, CAST(hash AS TEXT) AS hash FROM audit_rows ORDER BY sequence"
        return try Row.fetchCursor(db, sql: sql).reduce(into: []) { lines, row in
            lines.append(
                AuditLine(
                    record: Array((row["record"] as Data?) ?? Data()), hash: (row["hash"] as String?) ?? "",
                    row: row["sequence"]))
        }
    }
}
