import FoundationEssentials
import GRDB
import Model
import Synchronization

/// What one process adds to the audit log: each record within the transaction that it tells of, so that it costs no write to the
/// disk of its own.
///
/// The first record of a process is preceded by one that says who it is. A process that records nothing leaves nothing.
final class Auditor: Sendable {
    private let origin: AuditOrigin?
    private let known = Mutex<Int?>(nil)
    private let failures = Mutex<[String]>([])

    init(_ origin: AuditOrigin?) { self.origin = origin }

    /// The record that says who this process is, once there is one. Whoever takes a transaction back takes this back, too.
    var command: Int? {
        get { known.withLock { $0 } }
        set { known.withLock { $0 = newValue } }
    }

    /// What could not be written by ``tryAppend(_:to:)``.
    var lost: [String] { failures.withLock { $0 } }

    /// Says who this process is, unless that was said.
    func appendCommand(to db: Database) throws {
        guard let origin, command == nil else { return }
        command = try insert(.command(origin), into: db).sequence
    }

    /// Says who this process is before something is written that is told of afterwards.
    func prepare(_ db: Database) throws {
        try appendGenesis(to: db)
        try appendCommand(to: db)
    }

    @discardableResult
    func append(_ event: AuditEvent, to db: Database) throws -> AuditMark {
        try appendCommand(to: db)
        return try insert(event, into: db)
    }

    /// The same for what must be done whether or not it can be told: what fails is remembered, and the rest of the transaction
    /// stands.
    ///
    /// - Throws: where SQLite has given the whole transaction up.
    func tryAppend(_ event: AuditEvent, to db: Database) throws {
        let before = command
        do {
            try db.inSavepoint {
                try append(event, to: db)
                return .commit
            }
        } catch {
            command = before
            guard db.isInsideTransaction else { throw error }
            failures.withLock { $0.append("\(event.kind): \(error)") }
        }
    }

    private func insert(_ event: AuditEvent, into db: Database) throws -> AuditMark {
        try appendGenesis(to: db)
        return try insert(event, after: try AuditRows.head(in: db), into: db)
    }

    private func appendGenesis(to db: Database) throws {
        guard try AuditRows.head(in: db) == nil else { return }
        try insert(.genesis(AuditRows.genesis(origin?.node ?? "unknown", in: db)), after: nil, into: db)
    }

    @discardableResult
    private func insert(_ event: AuditEvent, after head: AuditHead?, into db: Database) throws -> AuditMark {
        switch event {
        case .genesis(let event): try insert(event, AuditLink.genesisKind, head, db)
        case .command(let event): try insert(event, "command", head, db)
        case .plan(let event): try insert(event, "plan", head, db)
        case .state(let event): try insert(event, "state", head, db)
        case .health(let event): try insert(event, "health", head, db)
        case .proof(let event): try insert(event, "proof", head, db)
        case .shadow(let event): try insert(event, "shadow", head, db)
        case .result(let event): try insert(event, "result", head, db)
        case .refusal(let event): try insert(event, "refusal", head, db)
        case .prune(let event): try insert(event, "prune", head, db)
        }
    }

    private func insert(
        _ event: some Codable & Sendable, _ kind: String, _ head: AuditHead?, _ db: Database
    ) throws -> AuditMark {
        let record = AuditRecord(
            kind: kind, after: head, at: Timestamp.text(Date()), machineID: origin?.machineID ?? "unknown",
            command: command, event: event)
        let bytes = try JSON.canonical(record)
        let hash = Digest.sha256(bytes)
        let statement = try db.cachedStatement(
            sql: "INSERT INTO audit_rows (sequence, record, hash) VALUES (?, ?, ?)")
        try statement.execute(arguments: [record.sequence, String(decoding: bytes, as: UTF8.self), hash])
        return AuditMark(sequence: record.sequence, hash: hash)
    }
}
