import FoundationEssentials
import GRDB
import Glibc
import Model

/// Turns whatever SQLite, GRDB or a decoder threw into the one kind of error an operator meets.
struct ErrorMapping {
    let path: String

    /// - Parameter verb: what could not be done to the database: `opened`, `read`, `written`.
    func migrateError(_ error: any Error, doing verb: String) -> MigrateError {
        switch error {
        case let error as MigrateError: error
        case let error as DatabaseError: migrateError(error, doing: verb)
        case let error as RowDecodingError: damaged(facts: ["A row is not as this program writes it: \(error)"])
        case let error as DamagedRow: damaged(facts: [error.description])
        case let error as DecodingError: damaged(facts: ["A document is not as this program writes it: \(error)"])
        default:
            MigrateError(.databaseFailure, "database \(path) could not be \(verb)", facts: ["\(error)"], remedy: check)
        }
    }

    private func migrateError(_ error: DatabaseError, doing verb: String) -> MigrateError {
        // One line, as every fact: constraints are quoted as the schema has them, over several.
        let words = (error.message ?? "nothing").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        // The code's own words, unless they are all that was said.
        let code = error.extendedResultCode
        let result = "\(code)".contains("(\(words))") ? "\(code.rawValue)" : "\(code)"
        let facts = ["SQLite says: \(words) (\(result))."]
        switch error.resultCode {
        // SQLite says so as well of pages it cannot read; its own files keep their first bytes.
        case .SQLITE_NOTADB where !SQLiteHeader.isThere(path): return noDatabase(facts: facts)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_FORMAT: return damaged(facts: facts)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: return readOnly(facts: facts)
        case .SQLITE_FULL: return full(facts: facts)
        // SQLite reports a full disk as an input/output error where it grows the log's index.
        case .SQLITE_IOERR where (FreeSpace.bytes(beside: path) ?? .max) < 1 << 16: return full(facts: facts)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return MigrateError(
                .locked, "database \(path) is in use by another command", facts: facts,
                remedy: "See what is running, then try again:  migrate status")
        default:
            return MigrateError(
                .databaseFailure, "database \(path) could not be \(verb)", facts: facts, remedy: check)
        }
    }

    /// What SQLite did not write is somebody's file, and stays where it is.
    private func noDatabase(facts: [String]) -> MigrateError {
        MigrateError(
            .databaseDamaged, "\(path) is no database of SQLite",
            facts: facts + ["Its first bytes are not those of one; whatever it is, it was left alone."],
            remedy: "Name another with --db; see what this is:  ls -l \(path.shellWord)")
    }

    func damaged(facts: [String]) -> MigrateError {
        MigrateError(
            .databaseDamaged, "database \(path) is damaged", facts: facts,
            remedy: "Move it away; rollback works from the pins:  mv \(path.shellWord) \("\(path).damaged".shellWord)")
    }

    func readOnly(facts: [String]) -> MigrateError {
        if geteuid() != 0, isForbidden(path) || isForbidden(StateDirectory.parent(of: path)) {
            return MigrateError(
                .needsRoot, "database \(path) cannot be opened or written",
                facts: facts + ["It is not uid \(geteuid())'s to open."],
                remedy: "Run the command as root:  \(TypedCommand.current.asRoot)")
        }
        return MigrateError(
            .databaseReadOnly, "database \(path) cannot be opened or written", facts: facts,
            remedy: "See whether the file system is writable:  findmnt -T \(path)")
    }

    /// Whether it is rights that keep us from writing: beside the file SQLite makes others.
    private func isForbidden(_ path: String) -> Bool {
        // SAFETY: the path is a C string for the call.
        unsafe access(path, R_OK | W_OK) != 0 && (errno == EACCES || errno == EPERM)
    }

    func full(facts: [String]) -> MigrateError {
        MigrateError(
            .diskFull, "disk of database \(path) is full", facts: facts,
            remedy: makeRoom)
    }

    /// Pruning would not help: the file keeps its size, and snapshots that are too many went with the last plan.
    var makeRoom: String {
        "Make room there, or keep the database on another disk (--db):  df -h \(StateDirectory.parent(of: path).shellWord)"
    }

    private var check: String { "Check the file:  sqlite3 \(path) 'PRAGMA integrity_check'" }
}

/// A row whose values contradict each other or this version.
struct DamagedRow: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
