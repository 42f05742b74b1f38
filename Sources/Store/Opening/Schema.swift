import GRDB
import Migrations
import Model

/// The tables, as the shipped SQL files make them, one migration each.
enum Schema {
    /// "migr": `PRAGMA application_id` of a database of this program, set by the first migration.
    static let applicationID = 0x6d69_6772

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for migration in Migrations.all {
            migrator.registerMigration(migration.name) { db in
                try db.execute(sql: String(decoding: migration.sql, as: UTF8.self))
            }
        }
        return migrator
    }

    /// Applies what is missing; takes no write lock where nothing is.
    static func bringUpToDate(_ queue: DatabaseQueue, path: String) throws {
        guard try !isCurrent(queue, path: path) else { return }
        do {
            try migrator.migrate(queue)
        } catch {
            // Another process may have made the tables between the look and the act.
            guard try isCurrent(queue, path: path) else { throw error }
        }
    }

    /// Whether the file holds nothing yet; throws unless it does, or is just what this version reads.
    ///
    /// The tables are made in several transactions: where the power goes between two, the first of them are there, empty.
    static func check(_ queue: DatabaseQueue, path: String) throws -> Bool {
        if try isCurrent(queue, path: path) { return false }
        guard try queue.read(isUnfinished) else {
            throw MigrateError(
                .databaseFailure, "database \(path) is of an older version",
                remedy: "Bring it up to date with any verb that records:  migrate plan --db \(path)")
        }
        return true
    }

    private static func isCurrent(_ queue: DatabaseQueue, path: String) throws -> Bool {
        try queue.read { db in
            guard try isEmpty(db) || Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
                throw MigrateError(
                    .databaseDamaged, "\(path) is not a database of migrate",
                    facts: ["It holds tables of another program."],
                    remedy: "Name another file:  --db \(Store.defaultPath)")
            }
            if try migrator.hasBeenSuperseded(db) { throw try newer(db, path: path) }
            return try migrator.hasCompletedMigrations(db)
        }
    }

    /// Without a table, or with the one alone that GRDB makes before the first migration: the power may go between the two.
    private static func isEmpty(_ db: Database) throws -> Bool {
        let names = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        return try names.isEmpty || names == ["grdb_migrations"] && migrator.appliedIdentifiers(db).isEmpty
    }

    /// Whether the file is empty, or ours and without a row in any table but the one that says which migrations were applied.
    static func isUnfinished(_ db: Database) throws -> Bool {
        if try isEmpty(db) { return true }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID else { return false }
        let tables = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        return try tables.filter { $0 != "grdb_migrations" }.allSatisfy {
            try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT 1 FROM \($0.quotedDatabaseIdentifier))") ?? false
        }
    }

    private static func newer(_ db: Database, path: String) throws -> MigrateError {
        let known = Set(migrator.migrations)
        let unknown = try migrator.appliedIdentifiers(db).subtracting(known).sorted()
        return MigrateError(
            .databaseNewer, "database \(path) is newer than this program",
            facts: ["It has been through \(unknown.joined(separator: ", ")), which this version does not know."],
            remedy: "Use the version that wrote it, or another file:  --db \(path).other")
    }
}
