import CKernel
import Model

/// What a device counted that went wrong (`struct rtnl_link_stats64`, include/uapi/linux/if_link.h).
struct LinkErrors: Hashable, Sendable {
    var ifindex: UInt32
    var name = ""
    var errors: UInt64 = 0

    /// From the payload of an `RTM_NEWLINK`. Eight numbers, which every kernel has: packets, bytes, errors, drops, each
    /// received and sent.
    init(netlink payload: RawSpan) throws(NetlinkFault) {
        ifindex = try payload.uint32(at: 4)
        try NetlinkFraming.forEachAttribute(in: payload, after: 16) { (type, value) throws(NetlinkFault) in
            switch type {
            case IFLA_IFNAME: name = try value.text()
            case IFLA_STATS64:
                // Received errors, sent errors, not sent.
                for field in [4, 5, 7] { errors &+= try value.uint64(at: 8 * field) }
            default: break
            }
        }
    }
}

extension NetlinkSocket {
    /// What every device of the socket's namespace counted since it was made (`RTM_GETLINK`).
    /// - Parameter netns: cookie of that namespace, for the values.
    public mutating func deviceErrors(netns: UInt64) throws(KernelError) -> [HealthReading.Device] {
        let request = NetlinkMessage(type: RTM_GETLINK, family: FamilyHeader.link())
        let all = try dump(request, of: "link counters", expecting: RTM_NEWLINK) { (payload) throws(NetlinkFault) in
            try LinkErrors(netlink: payload)
        }
        return all.map {
            HealthReading.Device(netns: netns, ifindex: $0.ifindex, interface: $0.name, errors: $0.errors)
        }
    }
}
