import GRDB
import Model

/// The records of this program: snapshots, plans, runs and their journal, in one SQLite file.
///
/// One connection suffices: the program is synchronous and does one thing at a time. Other processes read beside it
/// (`migrate status` while `apply` waits), which write-ahead logging allows. Every transaction that has returned is on
/// the disk (`synchronous=FULL`): the journal's promise is "intent before act".
///
/// Every method throws ``MigrateError`` only, with SQLite's own words among the facts.
public final class Store: Sendable {
    public enum Access: Sendable {
        case readWrite
        /// For verbs on runs that there are: as `readWrite`, but a file that does not exist is not made.
        case existing
        /// For verbs that only look. A file that does not exist reads as one in which nothing is recorded.
        case readOnly
    }

    /// Where it is unless another place is asked for.
    public static let defaultPath = "/var/lib/migrate/migrate.db"

    /// As given to ``open(path:access:)``.
    public let path: String
    /// The file does not exist, and was not made: what is read here is nothing.
    public let isMissing: Bool
    private let access: Access
    private let queue: DatabaseQueue
    /// What this process adds to the audit log.
    let auditor: Auditor

    init(
        path: String, access: Access, queue: DatabaseQueue, origin: AuditOrigin? = nil, isMissing: Bool = false
    ) {
        self.path = path
        self.isMissing = isMissing
        self.access = access
        self.queue = queue
        auditor = Auditor(origin)
    }

    /// Opens the database, and makes it and its tables where they are missing and may be made; of directories only that of
    /// ``defaultPath``, for a path that was mistyped must not become one.
    ///
    /// - Parameter origin: who writes, for the audit log.
    /// - Throws: `badStateDirectory`, `databaseNewer`, `databaseDamaged`, `databaseReadOnly`, `diskFull`, `needsRoot`,
    ///   `locked` or `databaseFailure`.
    public static func open(
        path: String, access: Access, origin: AuditOrigin? = nil
    ) throws(MigrateError) -> Store {
        let mapping = ErrorMapping(path: path)
        let directory = StateDirectory(databasePath: path)
        do {
            if access != .readWrite, try !directory.holdsDatabase() {
                return Store(path: path, access: .readOnly, queue: try nothingRecorded(), isMissing: true)
            }
            switch access {
            case .readWrite, .existing:
                try directory.prepare()
                let queue = try DatabaseQueue(path: path, configuration: Connection.readWrite)
                try Schema.bringUpToDate(queue, path: path)
                return Store(path: path, access: .readWrite, queue: queue, origin: origin)
            case .readOnly:
                let queue = try DatabaseQueue(path: path, configuration: Connection.readOnly)
                let isEmpty = try Schema.check(queue, path: path)
                return Store(path: path, access: access, queue: isEmpty ? try nothingRecorded() : queue)
            }
        } catch {
            throw mapping.migrateError(error, doing: "opened")
        }
    }

    /// A database in memory with all tables and no row.
    private static func nothingRecorded() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue)
        return queue
    }

    /// Moves what is in the write-ahead log into the file, empties the log and closes.
    ///
    /// Afterwards a plain copy of the one file is complete. Nothing may be asked of the store any more.
    public func checkpointAndClose() throws(MigrateError) {
        do {
            if access == .readWrite {
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            }
            try queue.close()
        } catch {
            throw ErrorMapping(path: path).migrateError(error, doing: "closed")
        }
    }

    /// The one way to read: everything `body` reads belongs to one moment.
    func read<Value>(_ body: (Database) throws -> Value) throws(MigrateError) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw ErrorMapping(path: path).migrateError(error, doing: "read")
        }
    }

    /// The one way to write: all of `body` or nothing, and on the disk when this returns.
    func write<Value>(_ body: (Database) throws -> Value) throws(MigrateError) -> Value {
        guard access == .readWrite else {
            throw ErrorMapping(path: path).readOnly(facts: ["It was opened to be read only."])
        }
        let known = auditor.command
        do {
            return try queue.write(body)
        } catch {
            auditor.command = known
            throw ErrorMapping(path: path).migrateError(error, doing: "written")
        }
    }

    /// As `write`, on the disk with the next durable write at the latest; a process that is killed loses nothing.
    ///
    /// In a write-ahead log that write's sync takes along all that stands before it (sqlite.org/wal.html).
    func writeSoon<Value>(_ body: (Database) throws -> Value) throws(MigrateError) -> Value {
        guard access == .readWrite else { return try write(body) }
        let known = auditor.command
        do {
            return try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                defer { try? db.execute(sql: "PRAGMA synchronous = FULL") }
                var value: Value?
                try db.inTransaction {
                    value = try body(db)
                    return .commit
                }
                guard let value else { throw DamagedRow("A transaction ended without a value.") }
                return value
            }
        } catch {
            auditor.command = known
            throw ErrorMapping(path: path).migrateError(error, doing: "written")
        }
    }

    /// The value of a PRAGMA of this very connection; for tests of what is in force.
    func pragma(_ name: String) throws(MigrateError) -> String? {
        try read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// A single number by SQL; for tests.
    package func number(_ sql: String) throws(MigrateError) -> Int { try read { try Int.fetchOne($0, sql: sql) ?? 0 } }

    /// Runs SQL as it stands; for tests that break things on purpose.
    package func execute(_ sql: String, inTransaction: Bool = true) throws(MigrateError) {
        do {
            if inTransaction {
                try queue.write { try $0.execute(sql: sql) }
            } else {
                try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            }
        } catch {
            throw ErrorMapping(path: path).migrateError(error, doing: "written")
        }
    }
}
