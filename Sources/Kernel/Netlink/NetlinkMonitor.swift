import CKernel
import Model

/// A multicast group of rtnetlink (`RTNLGRP_*`, include/uapi/linux/rtnetlink.h).
public enum NetlinkGroup: Hashable, Sendable {
    case links, neighbors, routes4, routes6, trafficControl

    var number: UInt32 {
        switch self {
        case .links: RTNLGRP_LINK.rawValue
        case .neighbors: RTNLGRP_NEIGH.rawValue
        case .routes4: RTNLGRP_IPV4_ROUTE.rawValue
        case .routes6: RTNLGRP_IPV6_ROUTE.rawValue
        case .trafficControl: RTNLGRP_TC.rawValue
        }
    }
}

/// What the kernel told all listeners about one change.
public struct NetlinkNotification: Hashable, Sendable {
    /// What was changed.
    public enum Object: Hashable, Sendable {
        /// A handle of 0 stands for all filters of that chain and priority.
        case filter(Filter)
        case qdisc(Qdisc)
        case link(Link)
        case neighbor(Neighbor)
        /// A message type (`RTM_*`) that is not read any further.
        case other(UInt16)
    }

    public var object: Object
    /// Whether the object is gone, rather than new or changed.
    public var isRemoval: Bool
    /// Port id of the socket whose request caused the change; 0 is the kernel itself.
    public var portID: UInt32
    /// Sequence number of that request.
    public var sequence: UInt32

    init(_ header: NetlinkHeader, _ payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        object =
            switch Int(header.type) {
            case RTM_NEWTFILTER, RTM_DELTFILTER: .filter(try Filter(netlink: payload, netns: netns))
            case RTM_NEWQDISC, RTM_DELQDISC: .qdisc(try Qdisc(netlink: payload, netns: netns))
            case RTM_NEWNEIGH, RTM_DELNEIGH:
                try Neighbor(netlink: payload, netns: netns).map { .neighbor($0) } ?? .other(header.type)
            case RTM_NEWLINK, RTM_DELLINK: .link(try Link(netlink: payload, netns: netns))
            default: .other(header.type)
            }
        isRemoval = header.type & 3 == 1
        portID = header.portID
        sequence = header.sequence
    }
}

/// A socket that listens to what is changed in the network namespace of the thread that makes it.
///
/// Make it before the first dump: then every change is either in the dump or among the notifications.
/// It never sends. Removing a qdisc removes its filters with no notification for each of them.
public struct NetlinkMonitor: ~Copyable {
    private var channel: NetlinkChannel
    private let netns: UInt64

    /// - Parameter netns: cookie of the socket's namespace, for the values in the notifications.
    public init(groups: [NetlinkGroup] = [.trafficControl], netns: UInt64) throws(KernelError) {
        try self.init(groups: groups, netns: netns, room: nil)
    }

    /// - Parameter room: bytes that may wait for `pending()`, as `SO_RCVBUF` counts them; `nil` is plenty. Beyond them is an `overrun`.
    package init(
        groups: [NetlinkGroup] = [.trafficControl], netns: UInt64, room: Int?
    ) throws(KernelError) {
        let channel = try NetlinkChannel(room: room ?? NetlinkChannel.wantedRoom)
        for group in groups { try channel.join(group.number) }
        self.channel = channel
        self.netns = netns
    }

    /// For a poll loop: readable when a notification waits. Owned by this value.
    public var descriptor: CInt { channel.file.raw }

    /// Everything that waits, in the order in which it happened; does not block.
    /// - Throws: `overrun` when the kernel had to drop notifications: dump again.
    public mutating func pending() throws(KernelError) -> [NetlinkNotification] {
        let operation = "read"
        let subject = "notifications"
        let netns = netns
        var all: [NetlinkNotification] = []
        let fault = { (fault: NetlinkFault) in KernelError.malformed(operation, subject, fault.description) }
        var more = true
        while more {
            more = try channel.receive(operation, subject, waiting: false) { (datagram) throws(KernelError) in
                try NetlinkFraming.forEachMessage(in: datagram, orFault: fault) {
                    (header, payload) throws(KernelError) in
                    guard header.type >= UInt16(RTM_BASE) else { return }
                    do throws(NetlinkFault) {
                        all.append(try NetlinkNotification(header, payload, netns: netns))
                    } catch { throw fault(error) }
                }
            }
        }
        return all
    }
}
