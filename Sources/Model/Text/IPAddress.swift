import Glibc

/// Address family, as the kernel numbers them (`AF_INET`, `AF_INET6`).
public enum AddressFamily: String, Codable, Sendable, Hashable, CaseIterable {
    case ipv4
    case ipv6

    /// `AF_INET` (2) or `AF_INET6` (10).
    public var rawFamily: UInt8 {
        switch self {
        case .ipv4: 2
        case .ipv6: 10
        }
    }

    public init?(rawFamily: UInt8) {
        switch rawFamily {
        case 2: self = .ipv4
        case 10: self = .ipv6
        default: return nil
        }
    }

    /// Width of an address in bits: 32 or 128.
    public var bitWidth: Int { self == .ipv4 ? 32 : 128 }
    /// Width of an address in bytes: 4 or 16.
    public var byteCount: Int { bitWidth / 8 }
}

/// An IPv4 or IPv6 address as a number in host byte order: `10.0.0.1` is `0x0a000001`.
///
/// Written and read as canonical text (RFC 5952 for IPv6).
public enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt128)

    public var family: AddressFamily {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    /// The address in network byte order: 4 or 16 bytes.
    public var networkBytes: [UInt8] {
        switch self {
        case .v4(let value): withUnsafeBytes(of: value.bigEndian) { Array($0) }
        case .v6(let value): withUnsafeBytes(of: value.bigEndian) { Array($0) }
        }
    }

    /// From 4 or 16 bytes in network byte order; `nil` for any other count.
    public init?(networkBytes bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16: self = .v6(bytes.reduce(0) { $0 << 8 | UInt128($1) })
        default: return nil
        }
    }

    public init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
            return
        }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        self = withUnsafeBytes(of: sixteen) { .v6($0.reduce(0) { $0 << 8 | UInt128($1) }) }
    }

    /// 224.0.0.0/4, ff00::/8 and the limited broadcast address.
    public var isMulticastOrBroadcast: Bool {
        switch self {
        case .v4(let value): value >> 28 == 0xe || value == .max
        case .v6(let value): value >> 120 == 0xff
        }
    }

    /// 127.0.0.0/8 and ::1.
    public var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(let value): value == 1
        }
    }

    /// fe80::/10 and 169.254.0.0/16: addresses that mean something on one link only.
    public var isLinkLocal: Bool {
        switch self {
        case .v4(let value): value >> 16 == 0xa9fe
        case .v6(let value): value >> 118 == 0x3fa
        }
    }
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .v4(let value):
            return "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
        case .v6:
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            _ = inet_ntop(AF_INET6, networkBytes, &text, socklen_t(text.count))
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        switch (left, right) {
        case (.v4(let a), .v4(let b)): a < b
        case (.v6(let a), .v6(let b)): a < b
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension IPAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = IPAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an IP address: \(text)")
        }
        self = address
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
