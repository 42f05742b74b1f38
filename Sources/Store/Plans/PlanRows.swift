import GRDB
import Model

/// Plan documents as rows of `plans`.
enum PlanRows {
    /// - Returns: the document as it is kept.
    static func insert(_ plan: PlanDocument, into db: Database) throws -> [UInt8] {
        let document = try JSON.canonical(plan)
        try db.insertion(into: "plans", columns: ["plan_id", "snapshot_id", "created_at", "document"]).execute(
            arguments: [
                plan.planID, plan.snapshotID, Timestamp.text(plan.createdAt), String(decoding: document, as: UTF8.self),
            ])
        try DifferenceRows.insert(plan, row: db.lastInsertedRowID, into: db)
        return document
    }

    static func newestRow(planID: String, in db: Database) throws -> Int64? {
        let sql = "SELECT plan_row FROM plans WHERE plan_id = ? ORDER BY plan_row DESC LIMIT 1"
        return try Int64.fetchOne(db, sql: sql, arguments: [planID])
    }

    static func document(row: Int64?, in db: Database) throws -> PlanDocument {
        let found = try Row.fetchOne(db, sql: "SELECT document FROM plans WHERE plan_row = ?", arguments: [row])
        guard let found else { throw DamagedRow("A plan's document is missing.") }
        return try found.json("document", as: PlanDocument.self)
    }

    static func summaries(in db: Database) throws -> [PlanSummary] {
        let sql = """
            SELECT plan_id, created_at, snapshot_id, document ->> '$.node.name' AS node,
                document ->> '$.profile' AS profile, json_array_length(document, '$.blockers') AS blockers,
                (SELECT count(*) FROM runs WHERE runs.plan_id = plans.plan_id) AS runs
            FROM plans
            WHERE NOT EXISTS (
                SELECT 1 FROM plans AS later WHERE later.plan_id = plans.plan_id
                AND later.plan_row > plans.plan_row)
            ORDER BY plan_row DESC
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            PlanSummary(
                id: try row.value("plan_id"), createdAt: try Timestamp.date(row.value("created_at")),
                snapshotID: try row.optional("snapshot_id"), node: try row.value("node"),
                profile: try row.value("profile"), blockers: try row.value("blockers"), runs: try row.value("runs"))
        }
    }
}
