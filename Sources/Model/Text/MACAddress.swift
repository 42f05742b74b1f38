/// A 48-bit Ethernet address; the first byte on the wire is the most significant of the six.
///
/// Written in lower case with colons.
public struct MACAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address in the low 48 bits.
    public var value: UInt64

    public init(value: UInt64) { self.value = value & 0xffff_ffff_ffff }

    /// From six bytes in wire order; `nil` for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        self.init(value: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { $0.count == 2 && $0.allSatisfy(\.isHexDigit) ? UInt8($0, radix: 16) : nil }
        guard parts.count == 6, bytes.count == 6 else { return nil }
        self.init(bytes: bytes)
    }

    /// Six bytes in wire order.
    public var bytes: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * UInt64($0))) } }

    /// The group (multicast) bit of the first byte (IEEE 802).
    public var isGroup: Bool { value >> 40 & 1 == 1 }

    public var description: String {
        String(unsafeUninitializedCapacity: 17) { text in
            for place in 0..<17 {
                let digit = value >> (44 - 4 * UInt64(place - place / 3)) & 15
                text[place] =
                    place % 3 == 2
                    ? UInt8(ascii: ":") : UInt8(truncatingIfNeeded: digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
            return 17
        }
    }
}

extension MACAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = MACAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a MAC address: \(text)")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
