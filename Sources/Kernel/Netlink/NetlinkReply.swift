import CKernel
import SystemPackage

/// What the kernel said at the end of a request: `struct nlmsgerr`, or the status of a dump
/// (include/uapi/linux/netlink.h, `NLMSG_ERROR` and `NLMSG_DONE`).
public struct NetlinkStatus: Hashable, Sendable {
    /// `nil` when it went well.
    public var errno: Errno?
    /// The extended ack's text; the kernel may warn in it when it went well, too.
    public var text: String?

    public init(errno: Errno?, text: String?) {
        self.errno = errno
        self.text = text
    }

    /// From the payload of an `NLMSG_ERROR`: error, header of the request, extended ack.
    init(error payload: RawSpan, header: NetlinkHeader) throws(NetlinkFault) {
        let request = Int(try payload.uint32(at: 4))
        // Without NLM_F_CAPPED the request's own payload is sent back before the attributes.
        let echo = header.has(NLM_F_CAPPED) ? NetlinkHeader.size : max(request, NetlinkHeader.size)
        try self.init(payload, header: header, attributesAt: 4 + echo)
    }

    /// From the payload of an `NLMSG_DONE`: error, extended ack. Old senders leave it empty.
    init(done payload: RawSpan, header: NetlinkHeader) throws(NetlinkFault) {
        if payload.byteCount == 0 {
            self.init(errno: nil, text: nil)
        } else {
            try self.init(payload, header: header, attributesAt: 4)
        }
    }

    private init(_ payload: RawSpan, header: NetlinkHeader, attributesAt offset: Int) throws(NetlinkFault) {
        let code = try payload.int32(at: 0)
        guard code <= 0, code > Int32.min else { throw NetlinkFault("status \(code) is not an error number") }
        errno = code == 0 ? nil : Errno(rawValue: -code)
        var text: String?
        if header.has(NLM_F_ACK_TLVS) {
            try NetlinkFraming.forEachAttribute(in: payload, after: offset) { (type, value) throws(NetlinkFault) in
                if type == Int(NLMSGERR_ATTR_MSG.rawValue) { text = try value.text() }
            }
        }
        self.text = text
    }
}

/// One message that answers a request, with its own copy of the bytes.
public struct NetlinkReply: Hashable, Sendable {
    public var header: NetlinkHeader
    /// What follows the header. Empty for a status.
    public var payload: [UInt8]
    /// For `NLMSG_ERROR` (an ack or a refusal) and `NLMSG_DONE`; `nil` for data.
    public var status: NetlinkStatus?

    public init(header: NetlinkHeader, payload: [UInt8], status: NetlinkStatus? = nil) {
        self.header = header
        self.payload = payload
        self.status = status
    }

    /// All messages of a datagram. Pure.
    public static func parse(_ datagram: RawSpan) throws(NetlinkFault) -> [NetlinkReply] {
        var replies: [NetlinkReply] = []
        try NetlinkFraming.forEachMessage(in: datagram, orFault: { $0 }) { (header, payload) throws(NetlinkFault) in
            switch Int32(header.type) {
            case NLMSG_ERROR:
                let status = try NetlinkStatus(error: payload, header: header)
                replies.append(NetlinkReply(header: header, payload: [], status: status))
            case NLMSG_DONE:
                let status = try NetlinkStatus(done: payload, header: header)
                replies.append(NetlinkReply(header: header, payload: [], status: status))
            default:
                replies.append(NetlinkReply(header: header, payload: payload.byteArray()))
            }
        }
        return replies
    }
}
