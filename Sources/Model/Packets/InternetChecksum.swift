/// The checksum of IPv4, TCP, UDP and ICMP: the one's complement of the one's complement sum of 16-bit words (RFC 1071).
enum InternetChecksum {
    /// An odd last byte counts as the upper half of a word.
    static func of(_ bytes: [UInt8]) -> UInt16 {
        var sum = 0
        for (place, byte) in bytes.enumerated() { sum += place % 2 == 0 ? Int(byte) << 8 : Int(byte) }
        while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
        return ~UInt16(sum)
    }

    /// Over the pseudo-header as well (RFC 9293 section 3.1, RFC 8200 section 8.1).
    static func of(_ segment: [UInt8], _ ipProtocol: UInt8, source: IPAddress, destination: IPAddress) -> UInt16 {
        var bytes = source.networkBytes + destination.networkBytes
        bytes.append(bigEndian: UInt32(segment.count))
        bytes.append(bigEndian: UInt32(ipProtocol))
        return of(bytes + segment)
    }
}
