/// An IPv4 header (RFC 791). What follows from the rest (length, checksum, version) may be overridden, to malform it.
public struct IPv4Header: Hashable, Sendable {
    /// Host byte order.
    public var source: UInt32
    public var destination: UInt32
    public var ttl: UInt8 = 64
    /// DSCP and ECN.
    public var typeOfService: UInt8 = 0
    public var identification: UInt16 = 1
    public var dontFragment = false
    public var moreFragments = false
    /// In units of eight bytes, 0…8191.
    public var fragmentOffset: UInt16 = 0
    /// Padded with zeros to a multiple of four bytes; 40 at most count.
    public var options: [UInt8] = []

    /// Instead of 4; the lower four bits count.
    public var version: UInt8?
    /// Instead of what the options need, in words of four bytes; the lower four bits count.
    public var headerWords: UInt8?
    /// Instead of the true length in bytes.
    public var totalLength: UInt16?
    /// Instead of the true checksum.
    public var checksum: UInt16?

    public init(source: UInt32, destination: UInt32) {
        self.source = source
        self.destination = destination
    }

    func bytes(_ ipProtocol: UInt8, payload: Int) -> [UInt8] {
        var padded = Array(options.prefix(40))
        while padded.count % 4 != 0 { padded.append(0) }
        let words = headerWords ?? UInt8(5 + padded.count / 4)
        var bytes: [UInt8] = [(version ?? 4) << 4 | words & 15, typeOfService]
        bytes.append(bigEndian: totalLength ?? UInt16(clamping: 20 + padded.count + payload))
        bytes.append(bigEndian: identification)
        bytes.append(
            bigEndian: (dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0) | fragmentOffset & 0x1fff)
        bytes += [ttl, ipProtocol, 0, 0]
        bytes.append(bigEndian: source)
        bytes.append(bigEndian: destination)
        bytes += padded
        bytes.store(checksum ?? InternetChecksum.of(bytes), at: 10)
        return bytes
    }
}
