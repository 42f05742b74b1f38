/// Attributes of a message in the making (`struct nlattr`, include/uapi/linux/netlink.h).
///
/// Numbers go in host byte order unless the name says otherwise.
public struct NetlinkAttributes: Hashable, Sendable {
    /// The encoded attributes, each padded to four bytes.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// Any value. Precondition: it fits an attribute's 16-bit length.
    public mutating func add(_ type: Int, bytes value: some Collection<UInt8>) {
        begin(type, byteCount: value.count)
        bytes.append(contentsOf: value)
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    public mutating func add(_ type: Int, _ value: UInt8) { add(type, number: value) }
    public mutating func add(_ type: Int, _ value: UInt16) { add(type, number: value) }
    public mutating func add(_ type: Int, _ value: UInt32) { add(type, number: value) }
    public mutating func add(_ type: Int, _ value: UInt64) { add(type, number: value) }

    /// A number in network byte order, such as a port.
    public mutating func add(_ type: Int, network value: UInt16) { add(type, number: value.bigEndian) }

    /// A string with its NUL.
    public mutating func add(_ type: Int, _ text: String) { add(type, bytes: Array(text.utf8) + [0]) }

    /// Attributes in an attribute, marked `NLA_F_NESTED` as strict kernels want it.
    /// - Parameter header: a struct that goes before them, a multiple of four bytes long.
    public mutating func nest(_ type: Int, header: [UInt8] = [], _ fill: (inout NetlinkAttributes) -> Void) {
        precondition(header.count % 4 == 0, "attributes begin at a multiple of four")
        let start = bytes.count
        begin(type | 0x8000, byteCount: header.count)
        bytes += header
        fill(&self)
        setLength(bytes.count - start, at: start)
    }

    private mutating func add(_ type: Int, number: some FixedWidthInteger) {
        begin(type, byteCount: number.bitWidth / 8)
        bytes.append(host: number)
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    private mutating func begin(_ type: Int, byteCount: Int) {
        let start = bytes.count
        bytes.append(host: UInt16(0))
        bytes.append(host: UInt16(truncatingIfNeeded: type))
        setLength(byteCount + 4, at: start)
    }

    private mutating func setLength(_ length: Int, at start: Int) {
        precondition(length <= UInt16.max, "an attribute of \(length) bytes is too long")
        bytes[start] = UInt8(truncatingIfNeeded: length)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length >> 8)
    }
}

extension FixedWidthInteger {
    /// The number's bytes in host byte order.
    var hostBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(host: self)
        return bytes
    }
}

extension [UInt8] {
    /// Appends a number in host byte order, which is little-endian wherever Swift runs on Linux.
    mutating func append(host value: some FixedWidthInteger) {
        // Not by way of an array of its own: a batch has thousands of numbers.
        for byte in 0..<value.bitWidth / 8 { append(UInt8(truncatingIfNeeded: value >> (byte * 8))) }
    }
}
