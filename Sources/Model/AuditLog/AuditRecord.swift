/// One record of the audit log, as it is hashed and stored: canonical JSON (``JSON/canonical(_:)``), no floating point.
///
/// A record holds the hash of the one before it, so that none can be changed, put in, taken out or moved without changing all
/// that come after. The first has none: it holds the machine's id instead.
public struct AuditRecord<Event: Codable & Sendable>: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    /// ``AuditEvent/kind``.
    public var kind: String
    /// From 0, without gaps.
    public var sequence: Int
    /// SHA-256 of the record before; `nil` in the first.
    public var previous: String?
    /// RFC 3339, UTC, milliseconds; by the node's own clock.
    public var at: String
    public var machineID: String
    /// The record of the command that wrote this one.
    public var command: Int?
    public var event: Event

    public init(
        kind: String, after head: AuditHead?, at: String, machineID: String, command: Int?, event: Event
    ) {
        self.kind = kind
        sequence = (head?.sequence ?? -1) + 1
        previous = head?.hash
        self.at = at
        self.machineID = machineID
        self.command = command
        self.event = event
    }
}

/// What of a record the chain is made of.
public struct AuditLink: Codable, Hashable, Sendable {
    public static let genesisKind = "genesis"

    public var formatVersion: String
    public var kind: String
    public var sequence: Int
    public var previous: String?
    public var at: String
    public var machineID: String
}

/// A record as it was found, in the place where it was found.
public struct AuditLine: Hashable, Sendable {
    /// The bytes that are hashed, without a line feed.
    public var record: [UInt8]
    /// The hash that stands beside them.
    public var hash: String
    /// The row's number in a database; `nil` in a file of lines.
    public var row: Int?

    public init(record: [UInt8], hash: String, row: Int? = nil) {
        self.record = record
        self.hash = hash
        self.row = row
    }

    /// `nil` for what is no record.
    public var link: AuditLink? { try? JSON.decode(AuditLink.self, from: record) }
    /// Whether the hash is that of the bytes.
    public var isWhole: Bool { Digest.sha256(record) == hash }
}
