/// Attributes of a message in the making (`struct nlattr`, include/uapi/linux/netlink.h).
///
/// Numbers go in host byte order unless the name says otherwise.
public struct NetlinkAttributes: Hashable, Sendable {
    /// The encoded attributes, each padded to four bytes.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// Any value. Precondition: it fits an attribute's 16-bit length.
    public mutating func add(_ type: Int, bytes value: some Collection<UInt8>) {
        let length = value.count + 4
        precondition(length <= UInt16.max, "attribute \(type) of \(length) bytes is too long")
        append(UInt16(length))
        append(UInt16(truncatingIfNeeded: type))
        bytes.append(contentsOf: value)
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    public mutating func add(_ type: Int, _ value: UInt8) { add(type, bytes: CollectionOfOne(value)) }
    public mutating func add(_ type: Int, _ value: UInt16) { add(type, bytes: value.hostBytes) }
    public mutating func add(_ type: Int, _ value: UInt32) { add(type, bytes: value.hostBytes) }
    public mutating func add(_ type: Int, _ value: UInt64) { add(type, bytes: value.hostBytes) }

    /// A number in network byte order, such as a port.
    public mutating func add(_ type: Int, network value: UInt16) { add(type, bytes: value.bigEndian.hostBytes) }

    /// A string with its NUL.
    public mutating func add(_ type: Int, _ text: String) { add(type, bytes: Array(text.utf8) + [0]) }

    /// Attributes in an attribute, marked `NLA_F_NESTED` as strict kernels want it.
    /// - Parameter header: a struct that goes before them, a multiple of four bytes long.
    public mutating func nest(_ type: Int, header: [UInt8] = [], _ fill: (inout NetlinkAttributes) -> Void) {
        precondition(header.count % 4 == 0, "attributes begin at a multiple of four")
        var inner = NetlinkAttributes()
        fill(&inner)
        add(type | 0x8000, bytes: header + inner.bytes)
    }

    private mutating func append(_ value: UInt16) { bytes.append(contentsOf: value.hostBytes) }
}

extension FixedWidthInteger {
    /// The number's bytes in host byte order.
    var hostBytes: [UInt8] {
        let ordered = littleEndian
        return (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: ordered >> ($0 * 8)) }
    }
}
