import GRDB
import Model

/// Finds a record by the beginning of its id, as far as it is the only one.
struct PrefixLookup {
    static let snapshots = PrefixLookup(noun: "snapshot", table: "snapshots", column: "snapshot_id")
    static let plans = PrefixLookup(noun: "plan", table: "plans", column: "plan_id")
    static let runs = PrefixLookup(noun: "run", table: "runs", column: "run_id")
    static let shadows = PrefixLookup(noun: "shadow", table: "shadows", column: "shadow_id")

    let noun: String
    let table: String
    let column: String

    /// How many candidates an error lists.
    private static let shown = 5

    func only(_ prefix: String, in db: Database) throws -> String {
        // Not LIKE: `_` and `%` in what somebody typed would stand for anything.
        let found = try candidates(in: db, where: "substr(\(column), 1, ?) = ?", [prefix.count, prefix])
        if found.contains(prefix) { return prefix }
        // A letter that all have says nothing: a plan must not be applied for being the only one.
        let isBare = prefix.isEmpty || prefix.hasSuffix("-")
        if !isBare, found.count == 1, let only = found.first { return only }
        let recorded = found.isEmpty ? try candidates(in: db, where: "true", []) : found
        throw unknown(prefix, found: found.count, candidates: recorded)
    }

    private func candidates(in db: Database, where condition: String, _ arguments: StatementArguments) throws
        -> [String]
    {
        try String.fetchAll(
            db,
            sql: """
                SELECT \(column) FROM \(table) WHERE \(condition)
                GROUP BY \(column) ORDER BY max(rowid) DESC
                """, arguments: arguments)
    }

    private func unknown(_ prefix: String, found: Int, candidates: [String]) -> MigrateError {
        var facts = candidates.prefix(Self.shown).map { Identifier.short($0) }.joined(separator: ", ")
        if candidates.count > Self.shown { facts += " and \(candidates.count - Self.shown) more" }
        let what =
            switch found {
            case 0: "no \(noun) has the id \(prefix)"
            case 1: "every \(noun) has an id that begins with \(prefix)"
            default: "\(found) \(noun)s have ids that begin with \(prefix)"
            }
        return MigrateError(
            .unknownID, what,
            facts: [candidates.isEmpty ? "No \(noun) is recorded." : "Recorded, newest first: \(facts)."],
            remedy: "List what there is:  migrate history")
    }
}
