import Model

/// Audit logs to be tampered with.
enum AuditSample {
    struct Event: Codable, Sendable {
        var text: String
    }

    static let machine = "0123456789abcdef0123456789abcdef"

    /// A record as the store would write it.
    static func line(
        _ text: String, after head: AuditHead?, machine: String = machine, kind: String = "state"
    ) throws -> AuditLine {
        let record = AuditRecord(
            kind: head == nil ? AuditLink.genesisKind : kind, after: head, at: "2026-02-03T04:05:06.789Z",
            machineID: machine, command: nil, event: Event(text: text))
        let bytes = try JSON.canonical(record)
        return AuditLine(record: bytes, hash: Digest.sha256(bytes), row: record.sequence)
    }

    /// So many records, each after the one before.
    static func log(
        _ count: Int, after log: [AuditLine] = [], words: String = "as it was", machine: String = machine
    ) throws -> [AuditLine] {
        var log = log
        while log.count < count {
            log.append(try line("\(words) \(log.count)", after: head(log), machine: machine))
        }
        return log
    }

    static func head(_ log: [AuditLine]) -> AuditHead? {
        log.last.map { AuditHead(sequence: log.count - 1, hash: $0.hash) }
    }

    /// The bytes of a record with other words in it.
    static func edited(_ line: AuditLine, _ old: String = "as it was", _ new: String = "as I like") -> AuditLine {
        var line = line
        line.record = Array(String(decoding: line.record, as: UTF8.self).replacing(old, with: new).utf8)
        return line
    }

    static func hashedAnew(_ line: AuditLine) -> AuditLine {
        AuditLine(record: line.record, hash: Digest.sha256(line.record), row: line.row)
    }

    /// Row numbers as a database would have to have them.
    static func renumbered(_ log: [AuditLine]) -> [AuditLine] {
        log.enumerated().map { AuditLine(record: $1.record, hash: $1.hash, row: $0) }
    }

    /// As read from an export.
    static func withoutRows(_ log: [AuditLine]) -> [AuditLine] {
        log.map { AuditLine(record: $0.record, hash: $0.hash) }
    }
}
