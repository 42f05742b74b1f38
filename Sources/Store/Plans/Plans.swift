import FoundationEssentials
import GRDB
import Model

/// A plan as a list shows it: its newest document.
public struct PlanSummary: Codable, Hashable, Sendable {
    public var id: String
    public var createdAt: Date
    /// `nil` where the snapshot has been pruned.
    public var snapshotID: String?
    public var node: String
    public var profile: String
    public var blockers: Int
    /// How many runs were made of this plan.
    public var runs: Int
}

extension Store {
    /// Records a plan with all findings, listed in the document or not. Its snapshot must have been saved.
    ///
    /// Every `migrate plan` adds a document of its own, though a plan id may come again: a run keeps the document it was
    /// made of. Saving a document of the same snapshot again replaces it.
    public func save(plan: PlanDocument, findings: [Finding]) throws(MigrateError) {
        try write { db in
            let row = try PlanRows.upsert(plan, into: db)
            try FindingRows.replace(findings, planRow: row, in: db)
        }
    }

    /// The newest document of the one plan whose id begins with `prefix`.
    ///
    /// - Throws: `unknownID` when none or several begin so.
    public func plan(idPrefix prefix: String) throws(MigrateError) -> PlanDocument {
        try read { db in
            let id = try PrefixLookup.plans.only(prefix, in: db)
            return try PlanRows.document(row: PlanRows.newestRow(planID: id, in: db), in: db)
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

    /// Every finding of the newest document of a plan, in the order it was made; none once its snapshot is pruned.
    public func findings(planID: String) throws(MigrateError) -> [Finding] {
        try read { db in
            let id = try PrefixLookup.plans.only(planID, in: db)
            return try FindingRows.fetch(planRow: PlanRows.newestRow(planID: id, in: db), from: db)
        }
    }

    /// Newest first; one of each id.
    public func plans() throws(MigrateError) -> [PlanSummary] {
        try read { try PlanRows.summaries(in: $0) }
    }
}
