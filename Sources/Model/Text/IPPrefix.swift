/// An address and how many of its leading bits count, as in `10.9.0.0/16`.
public struct IPPrefix: Hashable, Sendable, CustomStringConvertible {
    public var address: IPAddress
    /// Number of leading bits, 0…32 or 0…128.
    public var length: UInt8

    public init(address: IPAddress, length: UInt8) {
        self.address = address
        self.length = length
    }

    /// From `address/length`, or a bare address as a host prefix.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let width = address.family.bitWidth
        guard parts.count == 2 else {
            self.init(address: address, length: UInt8(width))
            return
        }
        guard let length = UInt8(parts[1]), Int(length) <= width else { return nil }
        self.init(address: address, length: length)
    }

    /// One address only: /32 or /128.
    public var isHost: Bool { Int(length) == address.family.bitWidth }
    /// The default route's destination: /0.
    public var isDefault: Bool { length == 0 }

    public func contains(_ other: IPAddress) -> Bool {
        switch (address, other) {
        case (.v4(let own), .v4(let asked)):
            length == 0 || (own ^ asked) >> (32 - UInt32(length)) == 0
        case (.v6(let own), .v6(let asked)):
            length == 0 || (own ^ asked) >> (128 - UInt128(length)) == 0
        default: false
        }
    }

    public var description: String { "\(address)/\(length)" }
}

extension IPPrefix: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let prefix = IPPrefix(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an IP prefix: \(text)")
        }
        self = prefix
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
