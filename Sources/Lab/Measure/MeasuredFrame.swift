import Model

/// A small UDP packet as it comes in on the sender's interface: 64 bytes of payload, right checksums.
struct MeasuredFrame {
    var destination: IPAddress
    var source: IPAddress
    /// MAC of the interface that it is addressed to, and of the one that it comes from.
    var hardware: MACAddress
    var sender: MACAddress
    var port: UInt16 = 7000

    private static let payload = [UInt8](repeating: 0, count: 64)

    var bytes: [UInt8] { hardware.bytes + sender.bytes + internet + udp }

    /// EtherType and header (RFC 791, RFC 8200); no options, no extensions.
    private var internet: [UInt8] {
        let length = UInt16(udp.count)
        let addresses = source.networkBytes + destination.networkBytes
        guard destination.family == .ipv4 else {
            return [0x86, 0xdd, 0x60, 0, 0, 0] + Self.big(length) + [17, 64] + addresses
        }
        let head: [UInt8] = [0x45, 0] + Self.big(20 + length) + [0, 0, 0x40, 0, 64, 17]
        return [0x08, 0x00] + head + Self.big(Self.checksum(head + addresses)) + addresses
    }

    /// RFC 768; the checksum covers the addresses, the length and the protocol, too.
    private var udp: [UInt8] {
        let length = UInt16(8 + Self.payload.count)
        let ports = Self.big(40_000) + Self.big(port)
        let pseudo = source.networkBytes + destination.networkBytes + Self.big(17) + Self.big(length)
        return ports + Self.big(length)
            + Self.big(Self.checksum(pseudo + ports + Self.big(length) + Self.payload)) + Self.payload
    }

    /// RFC 1071, of an even number of bytes.
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
        return ~UInt16(sum)
    }

    private static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }
}
