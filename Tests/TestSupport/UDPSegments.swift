import Glibc

/// Tries whether loopback, in a namespace of its own, is sent a UDP packet that is to be segmented. What is tried goes nowhere.
enum UDPSegments {
    /// include/linux/socket.h, include/uapi/linux/if_packet.h and include/uapi/linux/virtio_net.h (Linux 6.2).
    private static let solPacket: CInt = 263, packetVnetHeader: CInt = 15
    private static let needsChecksum: UInt8 = 1, gsoUDP: UInt8 = 5

    static func areSent() -> Bool {
        guard system("ip link set lo up") == 0 else { return false }
        let socket = socket(AF_PACKET, CInt(SOCK_RAW.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var on: CInt = 1
        guard setsockopt(socket, solPacket, packetVnetHeader, &on, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
            return false
        }
        // struct virtio_net_hdr, in the order of bytes of this machine: flags, type, header length 42, size 100, checksum
        // from 34 at 6.
        let header: [UInt8] = [needsChecksum, gsoUDP] + [42, 100, 34, 6].flatMap { [UInt8($0), 0] }
        let length = 300
        var packet = [UInt8](repeating: 0, count: 42 + length)
        packet[12] = 0x08
        packet[14] = 0x45
        packet[16] = UInt8((28 + length) >> 8)
        packet[17] = UInt8((28 + length) & 0xff)
        packet[22] = 64
        packet[23] = 17
        packet[38] = UInt8((8 + length) >> 8)
        packet[39] = UInt8((8 + length) & 0xff)
        // struct sockaddr_ll: family, IPv4, the first interface; the rest zero.
        var to: [UInt8] = [UInt8(AF_PACKET), 0, 0x08, 0x00, 1]
        to += [UInt8](repeating: 0, count: 20 - to.count)
        let bytes = header + packet
        return to.withUnsafeBytes { address in
            guard let base = address.baseAddress else { return false }
            let length = socklen_t(address.count)
            return sendto(socket, bytes, bytes.count, 0, base.assumingMemoryBound(to: sockaddr.self), length)
                == bytes.count
        }
    }
}
