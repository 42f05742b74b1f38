import CKernel

/// `struct nlmsghdr` (include/uapi/linux/netlink.h): what stands before every message.
public struct NetlinkHeader: Hashable, Sendable {
    /// Bytes of the message with this header, without padding.
    public var length: UInt32
    /// `NLMSG_*` or `RTM_*`.
    public var type: UInt16
    /// `NLM_F_*`.
    public var flags: UInt16
    /// Number that the answers to a request share with it.
    public var sequence: UInt32
    /// In an answer the port id of who asked, in a notification of who caused the change.
    public var portID: UInt32

    /// Bytes of the header.
    public static let size = 16

    public init(length: UInt32, type: UInt16, flags: UInt16, sequence: UInt32, portID: UInt32) {
        self.length = length
        self.type = type
        self.flags = flags
        self.sequence = sequence
        self.portID = portID
    }

    init(_ bytes: RawSpan) throws(NetlinkFault) {
        length = try bytes.uint32(at: 0)
        type = try bytes.uint16(at: 4)
        flags = try bytes.uint16(at: 6)
        sequence = try bytes.uint32(at: 8)
        portID = try bytes.uint32(at: 12)
    }

    /// `RTM_NEWTFILTER` or `RTM_DELTFILTER`.
    var isFilter: Bool { Int(type) == RTM_NEWTFILTER || Int(type) == RTM_DELTFILTER }

    func has(_ flag: Int32) -> Bool { flags & UInt16(truncatingIfNeeded: flag) != 0 }
}

/// Walks what a datagram or a message is made of. Pure: bytes in, values or `NetlinkFault` out.
public enum NetlinkFraming {
    /// Calls `body` for each message of a datagram with its header and its payload.
    ///
    /// Mirrors `NLMSG_OK`/`NLMSG_NEXT`, except that left-over bytes are a fault and not the end.
    public static func forEachMessage<Failure: Error>(
        in datagram: RawSpan, orFault fault: (NetlinkFault) -> Failure,
        _ body: (NetlinkHeader, RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = datagram
        while rest.byteCount > 0 {
            let header: NetlinkHeader
            do throws(NetlinkFault) { header = try NetlinkHeader(rest) } catch { throw fault(error) }
            let length = Int(header.length)
            guard length >= NetlinkHeader.size, length <= rest.byteCount else {
                throw fault(NetlinkFault("message of \(length) bytes where \(rest.byteCount) are left"))
            }
            try body(header, rest.extracting(NetlinkHeader.size..<length))
            rest = rest.extracting(droppingFirst: min(aligned(length), rest.byteCount))
        }
    }

    /// Calls `body` for each attribute of `bytes`, after the family's header of `headerSize` bytes, with
    /// its type, without the flag bits, and its value.
    ///
    /// Mirrors `nla_for_each_attr`, and believes less: left-over bytes are a fault, for the kernel pads every attribute
    /// to four, and so is a type that comes twice, for then one of its two values is wrong.
    /// A fault that `body` throws comes out with the attribute's type in its path.
    /// - Parameter isList: the attributes are a list, whose elements share a type.
    public static func forEachAttribute(
        in bytes: RawSpan, after headerSize: Int = 0, isList: Bool = false,
        _ body: (Int, RawSpan) throws(NetlinkFault) -> Void
    ) throws(NetlinkFault) {
        var seen: UInt128 = 0
        guard bytes.byteCount >= headerSize else {
            throw NetlinkFault("\(bytes.byteCount) bytes, \(headerSize) needed")
        }
        var rest = bytes.extracting(droppingFirst: aligned(headerSize))
        while rest.byteCount >= 4 {
            let length = Int(try rest.uint16(at: 0))
            // NLA_F_NESTED and NLA_F_NET_BYTEORDER are no part of the type.
            let type = try rest.uint16(at: 2) & 0x3fff
            guard length >= 4, length <= rest.byteCount else {
                throw NetlinkFault("\(length) bytes where \(rest.byteCount) are left", path: [type])
            }
            // rtnetlink's types are below 128.
            let bit: UInt128 = type < 128 ? 1 << UInt128(type) : 0
            guard isList || seen & bit == 0 else { throw NetlinkFault("given twice", path: [type]) }
            seen |= bit
            do throws(NetlinkFault) { try body(Int(type), rest.extracting(4..<length)) } catch {
                throw error.inside(type)
            }
            rest = rest.extracting(droppingFirst: min(aligned(length), rest.byteCount))
        }
        guard rest.byteCount == 0 else { throw NetlinkFault("\(rest.byteCount) bytes left over") }
    }

    /// `NLMSG_ALIGN` and `NLA_ALIGN`: the next multiple of four.
    static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}
