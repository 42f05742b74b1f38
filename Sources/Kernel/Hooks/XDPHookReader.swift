import CKernel
import Model

/// XDP programs of interfaces, whichever way they are attached.
enum XDPHookReader {
    /// For a thread inside that namespace.
    static func hooks(in netns: NamespaceIdentity, socket: inout NetlinkSocket) throws(KernelError) -> [Hook] {
        // Counters are most of what a link's message holds, and nothing here.
        let request = NetlinkMessage(type: RTM_GETLINK, family: FamilyHeader.link()).with {
            $0.add(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
        }
        return try socket.dump(request, of: "XDP programs", expecting: RTM_NEWLINK) {
            (payload) throws(NetlinkFault) in try XDPPrograms(netlink: payload)
        }.flatMap { $0.hooks(in: netns) }
    }
}

/// What one interface says of its XDP programs.
struct XDPPrograms: Hashable {
    var interface = ""
    var ifindex: UInt32
    /// By mode; usually one, two where a device runs one itself.
    var ids: [Attachment.Mode: UInt32] = [:]

    /// From the payload of an `RTM_NEWLINK` (`rtnl_xdp_fill`, net/core/rtnetlink.c); `nil` where there is none.
    ///
    /// Every mode has an attribute of its own since 4.18; `IFLA_XDP_PROG_ID` repeats the only one.
    init?(netlink payload: RawSpan) throws(NetlinkFault) {
        ifindex = try payload.uint32(at: 4)
        try NetlinkFraming.forEachAttribute(in: payload, after: 16) { (type, value) throws(NetlinkFault) in
            switch type {
            case IFLA_IFNAME: interface = try value.text()
            case IFLA_XDP: ids = try Self.ids(in: value)
            default: break
            }
        }
        if ids.isEmpty { return nil }
    }

    private static func ids(in nest: RawSpan) throws(NetlinkFault) -> [Attachment.Mode: UInt32] {
        var ids: [Attachment.Mode: UInt32] = [:]
        try NetlinkFraming.forEachAttribute(in: nest) { (type, value) throws(NetlinkFault) in
            switch type {
            case IFLA_XDP_DRV_PROG_ID: ids[.native] = try value.uint32()
            case IFLA_XDP_SKB_PROG_ID: ids[.generic] = try value.uint32()
            case IFLA_XDP_HW_PROG_ID: ids[.offload] = try value.uint32()
            default: break
            }
        }
        return ids.filter { $0.value != 0 }
    }

    func hooks(in netns: NamespaceIdentity) -> [Hook] {
        ids.sorted { $0.key.rawValue < $1.key.rawValue }.map { mode, id in
            Hook(
                netns: netns, interface: interface, ifindex: ifindex, kind: .xdp, direction: .ingress, chain: 0,
                priority: 0, handle: 0, etherType: 3, program: ProgramReference(loaded: id), filter: nil,
                attachment: Attachment(mode: mode))
        }
    }
}
