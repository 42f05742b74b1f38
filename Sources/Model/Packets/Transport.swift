/// What an IP packet carries. Checksums are true unless a packet is a part of a datagram, of which it holds the beginning.
public enum Transport: Hashable, Sendable {
    case tcp(source: UInt16, destination: UInt16, flags: UInt8 = 0x18, payload: [UInt8] = [])
    case udp(source: UInt16, destination: UInt16, payload: [UInt8] = [])
    case icmp(type: UInt8, code: UInt8 = 0, body: [UInt8] = [0, 1, 0, 1])
    case icmpv6(type: UInt8, code: UInt8 = 0, body: [UInt8] = [0, 1, 0, 1])
    /// Written as it is: another protocol, or a later part of a datagram.
    case data(protocol: UInt8, bytes: [UInt8])

    /// `IPPROTO_*` (include/uapi/linux/in.h).
    public var number: UInt8 {
        switch self {
        case .icmp: 1
        case .tcp: 6
        case .udp: 17
        case .icmpv6: 58
        case .data(let number, _): number
        }
    }

    func bytes(source: IPAddress, destination: IPAddress) -> [UInt8] {
        var bytes = unchecked
        let place: Int
        switch self {
        case .tcp: place = 16
        case .udp: place = 6
        case .icmp, .icmpv6: place = 2
        case .data: return bytes
        }
        var sum =
            number == 1
            ? InternetChecksum.of(bytes)
            : InternetChecksum.of(bytes, number, source: source, destination: destination)
        // 0 means none in UDP (RFC 768); it is sent as all ones.
        if number == 17 && sum == 0 { sum = 0xffff }
        bytes.store(sum, at: place)
        return bytes
    }

    /// With a checksum of 0.
    private var unchecked: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .tcp(let source, let destination, let flags, let payload):
            bytes.append(bigEndian: source)
            bytes.append(bigEndian: destination)
            bytes += [0, 0, 0, 1, 0, 0, 0, 1, 5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]
            bytes += payload
        case .udp(let source, let destination, let payload):
            bytes.append(bigEndian: source)
            bytes.append(bigEndian: destination)
            bytes.append(bigEndian: UInt16(clamping: 8 + payload.count))
            bytes += [0, 0]
            bytes += payload
        case .icmp(let type, let code, let body), .icmpv6(let type, let code, let body):
            bytes = [type, code, 0, 0] + body
        case .data(_, let data): bytes = data
        }
        return bytes
    }
}

extension Transport {
    /// Asks who has an address (RFC 4861 section 4.3), with the sender's own MAC.
    public static func neighborSolicitation(target: UInt128, source: MACAddress) -> Transport {
        .icmpv6(
            type: 135, body: [0, 0, 0, 0] + IPAddress.v6(target).networkBytes + [1, 1] + source.bytes)
    }

    /// Answers it (RFC 4861 section 4.4): solicited, override.
    public static func neighborAdvertisement(target: UInt128, mac: MACAddress) -> Transport {
        .icmpv6(type: 136, body: [0x60, 0, 0, 0] + IPAddress.v6(target).networkBytes + [2, 1] + mac.bytes)
    }

    /// RFC 4861 section 4.1.
    public static let routerSolicitation = Transport.icmpv6(type: 133, body: [0, 0, 0, 0])

    /// RFC 4861 section 4.2: no default router, nothing else said.
    public static let routerAdvertisement = Transport.icmpv6(
        type: 134, body: [64, 0, 0, 0] + [UInt8](repeating: 0, count: 8))

    /// RFC 4861 section 4.5.
    public static func redirect(target: UInt128, destination: UInt128) -> Transport {
        .icmpv6(
            type: 137,
            body: [0, 0, 0, 0] + IPAddress.v6(target).networkBytes + IPAddress.v6(destination).networkBytes)
    }
}
