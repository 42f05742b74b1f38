import GRDB
import Model

extension Store {
    /// The last record; `nil` while there is none.
    public func auditHead() throws(MigrateError) -> AuditHead? { try read(AuditRows.head) }

    /// The same, as documents say it.
    public func auditMark() throws(MigrateError) -> AuditMark? { try auditHead().flatMap(AuditMark.init) }

    /// All records, in the order of their rows.
    public func auditLines() throws(MigrateError) -> [AuditLine] { try read(AuditRows.lines) }

    /// All records, and what the rest of the database says otherwise.
    public func auditEvidence() throws(MigrateError) -> (lines: [AuditLine], disagreements: [String]) {
        try read { db in
            let lines = try AuditRows.lines(in: db)
            return (lines, try AuditEvidence.disagreements(lines, in: db))
        }
    }

    /// What became of the log in this process although it could not be written: what was lost of it.
    public var lostAudit: [String] { auditor.lost }

    /// The record that says who this process is, once there is one. Who opens the database again goes on with it.
    public var auditCommand: Int? {
        get { auditor.command }
        set { auditor.command = newValue }
    }

    /// Whether this process has written something into the log.
    public var hasAudited: Bool { auditor.command != nil }

    /// Writes one record more; on the disk with the next durable write, or when the store is closed.
    public func append(audit event: AuditEvent) throws(MigrateError) -> AuditMark {
        try writeSoon { try auditor.append(event, to: $0) }
    }

    /// Writes down why a command would not, unless that is the last that was written: a timer may ask every minute.
    public func append(refusal: AuditEvent.Refusal) throws(MigrateError) {
        try writeSoon { db in
            let last = try AuditRows.last(AuditEvent.Refusal.self, in: db)
            if last == refusal { return }
            try auditor.append(.refusal(refusal), to: db)
        }
    }
}
