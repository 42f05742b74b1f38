import GRDB
import Model

extension Store {
    /// The newest document of the one plan whose id begins with `prefix`.
    ///
    /// - Throws: `unknownID` when none or several begin so.
    public func plan(idPrefix prefix: String) throws(MigrateError) -> PlanDocument {
        try read { db in
            let id = try PrefixLookup.plans.only(prefix, in: db)
            return try PlanRows.document(row: PlanRows.newestRow(planID: id, in: db), in: db)
        }
    }

    /// The newest document of this plan whose packets were compared, wholly or so far that differences were found.
    public func comparedPlan(id: String) throws(MigrateError) -> PlanDocument? {
        try read { db in
            let sql = """
                SELECT plan_row FROM plans WHERE plan_id = ? AND (document ->> '$.equivalence.ran'
                    OR json_array_length(document, '$.equivalence.differences') > 0)
                ORDER BY plan_row DESC LIMIT 1
                """
            guard let row = try Int64.fetchOne(db, sql: sql, arguments: [id]) else { return nil }
            return try PlanRows.document(row: row, in: db)
        }
    }

    /// The document that a run was made of; `nil` for a run that is known from its pins only.
    public func plan(ofRun runID: String) throws(MigrateError) -> PlanDocument? {
        try read { db in
            let sql = "SELECT plan_row FROM runs WHERE run_id = ? AND plan_row IS NOT NULL"
            guard let row = try Int64.fetchOne(db, sql: sql, arguments: [runID]) else { return nil }
            return try PlanRows.document(row: row, in: db)
        }
    }

    /// Newest first; one of each id.
    public func plans() throws(MigrateError) -> [PlanSummary] {
        try read { try PlanRows.summaries(in: $0) }
    }
}
