import FoundationEssentials
import GRDB
import Glibc
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct OpeningTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test func `directory and files are root's alone`() throws {
        let store = try scratch.open()
        _ = try store.saveSample()
        #expect(scratch.mode("state") == 0o700)
        for file in ["migrate.db", "migrate.db-wal", "migrate.db-shm"] {
            #expect(scratch.mode("state/" + file) == 0o600, "\(file)")
        }
        try store.checkpointAndClose()
    }

    /// A path that was mistyped must not become a directory; the usual one is there for whoever names none.
    @Test func `only the usual directory is made`() throws {
        let missing = scratch.directory + "/missing"
        for access in [Store.Access.readWrite, .readOnly] {
            let error = migrateError { _ = try Store.open(path: missing + "/migrate.db", access: access) }
            #expect(error?.code == (access == .readWrite ? .badStateDirectory : nil))
        }
        #expect(scratch.mode("missing") == nil)
        try StateDirectory(databasePath: missing + "/migrate.db", standard: missing).prepare()
        #expect(scratch.mode("missing") == 0o700 && scratch.mode("missing/migrate.db") == 0o600)
        #expect(StateDirectory.standard == "/var/lib/migrate")
    }

    @Test func `what promises durability is in force`() throws {
        let store = try scratch.open()
        #expect(try store.pragma("journal_mode") == "wal")
        #expect(try store.pragma("synchronous") == "2")
        #expect(try store.pragma("foreign_keys") == "1")
        #expect(try store.pragma("application_id") == String(0x6d69_6772))
        let loose = try store.read { db in
            try String.fetchAll(
                db,
                sql:
                    """
                    SELECT name FROM pragma_table_list
                    WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT GLOB 'sqlite_*'
                    """
            )
        }
        #expect(loose == ["grdb_migrations"])
    }

    @Test func `a verb on runs that there are makes no file, and writes into one that is there`() throws {
        let none = try scratch.open(.existing)
        #expect(try none.runs().isEmpty && scratch.mode("state/migrate.db") == nil)
        #expect(migrateError { _ = try none.saveSample() }?.code == .databaseReadOnly)
        try none.checkpointAndClose()
        let made = try scratch.open()
        try made.checkpointAndClose()
        let store = try scratch.open(.existing)
        _ = try store.saveSample()
        #expect(try store.snapshots().count == 1)
        try store.checkpointAndClose()
    }

    @Test func `a file that is not there reads as nothing recorded`() throws {
        let store = try scratch.open(.readOnly)
        #expect(try store.runs().isEmpty && store.plans().isEmpty && store.snapshots().isEmpty)
        #expect(try store.latestRun() == nil)
        #expect(migrateError { _ = try store.plan(idPrefix: "p-1") }?.code == .unknownID)
        #expect(migrateError { try store.create(run: Sample.run(planID: "p-1")) }?.code == .databaseReadOnly)
        #expect(scratch.mode("state/migrate.db") == nil)
    }

    /// Where the power goes between the first table and the last.
    @Test func `a file whose tables were not all made reads as nothing recorded, unless there is a row`() throws {
        for migration in Schema.migrator.migrations.dropLast() {
            let scratch = try Scratch()
            let queue = try DatabaseQueue(path: scratch.path, configuration: Connection.readWrite)
            try Schema.migrator.migrate(queue, upTo: migration)
            let store = try scratch.open(.readOnly)
            #expect(try store.runs().isEmpty && store.plans().isEmpty && store.snapshots().isEmpty, "\(migration)")
            try store.checkpointAndClose()
            try queue.close()
            #expect(try AuditFile.read(scratch.path).lines.isEmpty, "\(migration)")
        }
        let queue = try DatabaseQueue(path: scratch.path, configuration: Connection.readWrite)
        // What GRDB makes before the first of them.
        try queue.write { try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)") }
        #expect(try scratch.open(.readOnly).runs().isEmpty)
        try Schema.migrator.migrate(queue, upTo: "v0001_records")
        try queue.write {
            try $0.execute(
                sql:
                    "INSERT INTO snapshots VALUES ('s-1', '2026-01-01T00:00:00.000Z', 'n', 'm', 'b', '6.1', 1, 1, NULL, 'x')"
            )
        }
        #expect(migrateError { _ = try scratch.open(.readOnly) }?.code == .databaseFailure)
    }

    /// It comes into its place whole, whatever one that was cut off has left beside it.
    @Test func `what a making that was cut off left is no obstacle, and goes`() throws {
        for name in ["migrate.db.new", "migrate.db.new-journal", "migrate.db.new-wal", "migrate.db.new-shm"] {
            try scratch.write(Array("half of something".utf8), to: scratch.directory + "/state/" + name)
        }
        #expect(try scratch.open(.readOnly).isMissing)
        let store = try scratch.open()
        _ = try store.saveSample()
        try store.checkpointAndClose()
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory + "/state") == ["migrate.db"])
        #expect(scratch.mode("state/migrate.db") == 0o600)
    }

    @Test func `an empty file is filled`() throws {
        try scratch.write([], to: scratch.path)
        let store = try scratch.open()
        _ = try store.saveSample()
        #expect(try store.plans().count == 1)
        try store.checkpointAndClose()
    }

    @Test func `a file in which only the list of migrations was made is used`() throws {
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.write { try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)") }
        try queue.close()
        let store = try scratch.open()
        _ = try store.saveSample()
        #expect(try store.plans().count == 1)
        try store.checkpointAndClose()
    }

    @Test func `looking changes no file`() throws {
        try scratch.open().checkpointAndClose()
        let store = try scratch.open(.readOnly)
        #expect(try store.runs().isEmpty)
        #expect(migrateError { try store.create(run: Sample.run(planID: "p-1")) }?.code == .databaseReadOnly)
        try store.checkpointAndClose()
    }

    @Test func `a reader sees what a writer has committed`() throws {
        let writer = try scratch.open()
        let reader = try scratch.open(.readOnly)
        #expect(try reader.runs().isEmpty)
        try writer.create(run: Sample.run(planID: "p-1"))
        #expect(try reader.runs().count == 1)
    }

    @Test func `closing leaves nothing in the log`() throws {
        let store = try scratch.open()
        _ = try store.saveSample()
        #expect(scratch.size("state/migrate.db-wal") ?? 0 > 0)
        try store.checkpointAndClose()
        #expect(scratch.size("state/migrate.db-wal") ?? 0 == 0)
        // A plain copy of the one file is complete.
        try FileManager.default.copyItem(atPath: scratch.path, toPath: scratch.directory + "/copy.db")
        let copy = try DatabaseQueue(path: scratch.directory + "/copy.db")
        #expect(try copy.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM plans") } == 1)
    }

    @Test func `opening again is no migration`() throws {
        let first = try scratch.open()
        _ = try first.saveSample()
        let second = try scratch.open()
        #expect(try second.plans().count == 1)
    }

    @Test func `a link is refused, as directory and as file`() throws {
        try scratch.open().checkpointAndClose()
        let link = scratch.directory + "/link"
        let file = scratch.directory + "/state/link.db"
        #expect(symlink(scratch.directory + "/state", link) == 0)
        #expect(symlink(scratch.path, file) == 0)
        for path in [link + "/migrate.db", file] {
            for access in [Store.Access.readWrite, .readOnly] {
                let error = migrateError { _ = try Store.open(path: path, access: access) }
                #expect(error?.code == .badStateDirectory)
                #expect(error?.facts.first?.contains("symbolic link") == true)
            }
        }
    }

    @Test(arguments: [0o770, 0o707, 0o1777] as [mode_t])
    func `a directory that others write to is refused`(mode: mode_t) throws {
        try scratch.open().checkpointAndClose()
        chmod(scratch.directory + "/state", mode)
        for access in [Store.Access.readWrite, .readOnly] {
            let error = migrateError { _ = try Store.open(path: scratch.path, access: access) }
            #expect(error?.code == .badStateDirectory)
            // One that everybody is to write to is none to close.
            let command = mode & S_ISVTX == 0 ? "chmod go-w \(scratch.directory)/state" : "--db \(Store.defaultPath)"
            #expect(error?.remedy?.contains(command) == true, "\(error?.text ?? "")")
        }
        chmod(scratch.directory + "/state", mode & ~0o022)
        if mode & S_ISVTX == 0 { try Store.open(path: scratch.path, access: .readOnly).checkpointAndClose() }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func `another user's directory is refused`() throws {
        try scratch.open().checkpointAndClose()
        #expect(chown(scratch.directory + "/state", 65_534, 65_534) == 0)
        let error = migrateError { _ = try scratch.open() }
        #expect(error?.code == .badStateDirectory)
        #expect(error?.facts == ["\(scratch.directory)/state belongs to user 65534."])
    }

    @Test func `a place that cannot be is refused`() throws {
        try scratch.write([1], to: scratch.directory + "/file")
        for path in ["/file/migrate.db", "/missing/state/migrate.db", "/state"] {
            if path == "/state" { mkdir(scratch.directory + path, 0o700) }
            #expect(
                migrateError { _ = try Store.open(path: scratch.directory + path, access: .readWrite) }?.code
                    == .badStateDirectory)
        }
    }
}
