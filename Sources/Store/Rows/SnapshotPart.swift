import GRDB

/// A kind of thing that a snapshot holds a list of: one row of one table each.
protocol SnapshotPart {
    static var storedTable: String { get }
    /// Without `snapshot_id` and `position`, which every such table begins with.
    static var storedColumns: [String] { get }
    /// In the order of ``storedColumns``.
    var storedValues: [(any DatabaseValueConvertible)?] { get throws }
    init(row: Row) throws
}

extension SnapshotPart {
    /// Inserts `parts` in their order with one prepared statement.
    static func insert(_ parts: [Self], snapshotID: String, into db: Database) throws {
        guard !parts.isEmpty else { return }
        let statement = try db.insertion(into: storedTable, columns: ["snapshot_id", "position"] + storedColumns)
        for (position, part) in parts.enumerated() {
            let values: [(any DatabaseValueConvertible)?] = try [snapshotID, position] + part.storedValues
            try statement.execute(arguments: StatementArguments(values))
        }
    }

    /// All of a snapshot, in the order in which they were inserted.
    static func fetch(snapshotID: String, from db: Database) throws -> [Self] {
        let sql = "SELECT * FROM \(storedTable) WHERE snapshot_id = ? ORDER BY position"
        var parts: [Self] = []
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [snapshotID])
        while let row = try rows.next() { parts.append(try Self(row: row)) }
        return parts
    }
}

extension Database {
    /// A prepared `INSERT` of one row. The names are ours: none comes from outside.
    func insertion(into table: String, columns: [String]) throws -> Statement {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        return try makeStatement(
            sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))")
    }
}
