import GRDB
import Model

extension Store {
    /// How many shadows are kept, besides those of plans that were applied.
    public static let shadowsKept = 20

    /// Keeps what a shadow saw, all of it or nothing, and drops the oldest of those that are too many.
    ///
    /// - Returns: how many were dropped.
    @discardableResult
    public func save(_ shadow: ShadowDocument, keep: Int = Store.shadowsKept) throws(MigrateError) -> Int {
        try write { db in
            try ShadowRows.insert(shadow, into: db)
            try auditor.tryAppend(.shadow(.init(shadow, document: Digest.sha256(try JSON.canonical(shadow)))), to: db)
            return try ShadowRows.prune(keep: keep, in: db)
        }
    }

    /// The one shadow whose id begins with `prefix`.
    ///
    /// - Throws: `unknownID` when none or several begin so.
    public func shadow(idPrefix prefix: String) throws(MigrateError) -> ShadowDocument {
        try read { db in
            let id = try PrefixLookup.shadows.only(prefix, in: db)
            guard let found = try ShadowRows.documents(where: "shadow_id = ?", [id], in: db).first else {
                throw DamagedRow("The document of shadow \(id) is missing.")
            }
            return found
        }
    }

    /// Those that compared a plan's replacement, newest first.
    public func shadows(ofPlan id: String) throws(MigrateError) -> [ShadowDocument] {
        try read { db in try ShadowRows.documents(where: "plan_id = ?", [id], in: db) }
    }

    /// Newest first.
    public func shadows() throws(MigrateError) -> [ShadowSummary] {
        try read { try ShadowRows.summaries(in: $0) }
    }
}
