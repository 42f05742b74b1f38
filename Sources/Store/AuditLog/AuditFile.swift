import FoundationEssentials
import GRDB
import Glibc
import Model

/// An audit log in a file somewhere, for `audit verify`: an export, or a database that was copied. Nothing is made beside it.
public struct AuditFile: Sendable {
    public enum Form: String, Codable, Sendable {
        case export
        case database
    }

    public var path: String
    public var form: Form
    public var lines: [AuditLine]
    /// What the last line of an export says; `nil` for a database.
    public var end: AuditExport.Ending?
    /// A database that keeps its newest part in a second file, and that file is not there: closed well, or copied without it.
    public var lacksLog: Bool
    /// What a database says otherwise than its log.
    public var disagreements: [String] = []

    /// - Throws: `auditUnreadable`, or what SQLite says.
    public static func read(_ path: String) throws(MigrateError) -> AuditFile {
        if SQLiteHeader.isThere(path) { return try database(path) }
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            // SAFETY: the path is a C string for the call, and the text is copied at once; no other thread asks meanwhile.
            let why = unsafe access(path, R_OK) == 0 ? "\(error)" : String(cString: strerror(errno))
            throw unreadable(path, "it cannot be read: \(why)")
        }
        guard let contents = AuditExport.read(bytes) else {
            throw unreadable(path, "it is neither a database nor what `migrate audit export` writes")
        }
        return AuditFile(path: path, form: .export, lines: contents.lines, end: contents.end, lacksLog: false)
    }

    private static func database(_ path: String) throws(MigrateError) -> AuditFile {
        let usesLog = SQLiteHeader.usesWriteAheadLog(path), hasLog = hasFile("\(path)-wal")
        do {
            // With its log beside it SQLite reads both; else nothing can change the file, and it is opened as it is.
            let name = hasLog ? path : "file:\(escaped(path))?immutable=1"
            let queue = try DatabaseQueue(path: name, configuration: Connection.readOnly)
            let (lines, disagreements) = try queue.read { db in
                guard try db.tableExists("audit_rows") else {
                    if try Schema.isUnfinished(db) { return ([AuditLine](), [String]()) }
                    throw unreadable(
                        path, "this database has no audit log: it is another program's, or an older version's")
                }
                let lines = try AuditRows.lines(in: db)
                return (lines, try AuditEvidence.disagreements(lines, in: db))
            }
            try queue.close()
            return AuditFile(
                path: path, form: .database, lines: lines, end: nil, lacksLog: usesLog && !hasLog,
                disagreements: disagreements)
        } catch {
            throw ErrorMapping(path: path).migrateError(error, doing: "read")
        }
    }

    private static func hasFile(_ path: String) -> Bool {
        // SAFETY: the path is a C string for the call.
        unsafe access(path, F_OK) == 0
    }

    /// For a URI (sqlite.org/uri.html).
    private static func escaped(_ path: String) -> String {
        path.utf8.reduce(into: "") { text, byte in
            let letter = Unicode.Scalar(byte)
            switch letter {
            case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "-", "_", "~": text.unicodeScalars.append(letter)
            default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
    }

    private static func unreadable(_ path: String, _ fact: String) -> MigrateError {
        MigrateError(
            .auditUnreadable, "cannot read \(path) as an audit log", facts: [fact],
            remedy: "Export the log where it was written:  migrate audit export --out audit.jsonl")
    }
}
