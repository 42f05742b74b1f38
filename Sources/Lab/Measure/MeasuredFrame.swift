import Model

/// A small UDP packet, as it comes in on the sender's interface.
enum MeasuredFrame {
    /// - Parameter hardware: MAC of that interface, which the packet is addressed to.
    static func bytes(to destination: IPAddress, from source: IPAddress, hardware: MACAddress, sender: MACAddress) -> [UInt8] {
        let udp = big(40_000) + big(7000) + big(8 + payload) + big(0) + [UInt8](repeating: 0, count: Int(payload))
        return hardware.bytes + sender.bytes + header(destination, source, length: UInt16(udp.count)) + udp
    }

    private static let payload: UInt16 = 64

    private static func header(_ destination: IPAddress, _ source: IPAddress, length: UInt16) -> [UInt8] {
        let addresses = source.networkBytes + destination.networkBytes
        switch destination.family {
        // Type; version and length, TOS; total length; identifier, fragment; TTL, UDP; no checksum: nobody looks.
        case .ipv4: return [0x08, 0x00, 0x45, 0] + big(20 + length) + [0, 0, 0x40, 0, 64, 17, 0, 0] + addresses
        // Type; version, class, label; length; UDP, hop limit.
        case .ipv6: return [0x86, 0xdd, 0x60, 0, 0, 0] + big(length) + [17, 64] + addresses
        }
    }

    private static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }
}
