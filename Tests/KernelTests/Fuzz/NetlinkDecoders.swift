import Model

@testable import Kernel

/// Every decoder of netlink messages by name: what the tests and the fuzzer (scripts/fuzz) throw bytes at.
///
/// A new decoder is a new line; nothing else is needed to have it fuzzed.
struct NetlinkDecoder: Sendable, CustomStringConvertible {
    var name: String
    /// Bytes of the struct before the attributes; `nil` for one that reads whole datagrams.
    var header: Int?
    /// `RTM_NEW…`, the messages it reads; 0 for one that reads whole datagrams.
    var type: UInt16
    /// What the bytes say; `nil` for a message that is not its own.
    var decode: @Sendable (RawSpan) throws(NetlinkFault) -> (any Encodable)?

    var description: String { name }

    static let messages: [NetlinkDecoder] = [
        NetlinkDecoder(name: "link", header: 16, type: 16) { (bytes) throws(NetlinkFault) in
            try Link(netlink: bytes, netns: 1)
        },
        NetlinkDecoder(name: "address", header: 8, type: 20) { (bytes) throws(NetlinkFault) in
            try InterfaceAddress(netlink: bytes, netns: 1)
        },
        NetlinkDecoder(name: "route", header: 12, type: 24) { (bytes) throws(NetlinkFault) in
            try Route(netlink: bytes, netns: 1)
        },
        NetlinkDecoder(name: "neighbor", header: 12, type: 28) { (bytes) throws(NetlinkFault) in
            try Neighbor(netlink: bytes, netns: 1)
        },
        NetlinkDecoder(name: "rule", header: 12, type: 32) { (bytes) throws(NetlinkFault) in
            try Rule(netlink: bytes, netns: 1)
        },
        NetlinkDecoder(name: "qdisc", header: 20, type: 36) { (bytes) throws(NetlinkFault) in
            try Qdisc(netlink: bytes, netns: 1)
        },
        NetlinkDecoder(name: "filter", header: 20, type: 44) { (bytes) throws(NetlinkFault) in
            try Filter(netlink: bytes, netns: 1)
        },
    ]

    /// Framing, acks, the ends of dumps, and behind them the decoder of each message.
    static let datagram = NetlinkDecoder(name: "datagram", header: nil, type: 0) { (bytes) throws(NetlinkFault) in
        for reply in try NetlinkReply.parse(bytes) where reply.status == nil {
            guard let decoder = messages.first(where: { $0.type == reply.header.type }) else { continue }
            try reply.payload.withSpan { (payload) throws(NetlinkFault) in _ = try decoder.decode(payload) }
        }
        return nil
    }

    static let all = messages + [datagram]
}
