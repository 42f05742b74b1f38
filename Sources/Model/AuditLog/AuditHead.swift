/// The last record of an audit log at some time: who keeps it elsewhere can tell later whether all up to it is still there.
///
/// Written `12:3f9c…`, the record's sequence and its hash.
public struct AuditHead: Hashable, Sendable {
    /// `nil` where only the hash is known.
    public var sequence: Int?
    /// SHA-256 of the record, 64 lower-case hexadecimal digits.
    public var hash: String

    public init(sequence: Int?, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    /// `nil` for what is no head. The hash alone will do.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let hash = parts.last?.lowercased(), Self.isHash(hash) else { return nil }
        self.hash = hash
        guard parts.count == 2 else { return }
        guard let number = Int(parts[0]), number >= 0 else { return nil }
        sequence = number
    }

    public static func isHash(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension AuditHead: CustomStringConvertible {
    public var description: String { sequence.map { "\($0):\(hash)" } ?? hash }
}

/// What a run's document says of the audit log: up to which record it stood when the command ended.
public struct AuditMark: Codable, Hashable, Sendable {
    public var sequence: Int
    /// As ``AuditHead`` is written.
    public var head: String

    public init(sequence: Int, hash: String) {
        self.sequence = sequence
        head = AuditHead(sequence: sequence, hash: hash).description
    }

    /// `nil` for a head without its number.
    public init?(_ head: AuditHead) {
        guard let sequence = head.sequence else { return nil }
        self.init(sequence: sequence, hash: head.hash)
    }
}
