import CKernel
import Model

extension Link {
    /// From the payload of an `RTM_NEWLINK` (`rtnl_fill_ifinfo`, net/core/rtnetlink.c).
    init(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        self.init(netns: netns, ifindex: try payload.uint32(at: 4), name: "", mtu: 0)
        hardwareType = try payload.uint16(at: 2)
        flags = try payload.uint32(at: 8)
        try NetlinkFraming.forEachAttribute(in: payload, after: 16) { (type, value) throws(NetlinkFault) in
            switch type {
            case IFLA_IFNAME: name = try value.text()
            case IFLA_MTU: mtu = try value.uint32()
            case IFLA_ADDRESS: mac = try Self.mac(value, hardwareType)
            case IFLA_MASTER: master = try value.uint32()
            // 0: the device was made without a lower one, or a veth's peer is on its way out.
            case IFLA_LINK: peer = try value.uint32() == 0 ? nil : value.uint32()
            case IFLA_LINK_NETNSID: peerNetnsID = try value.int32()
            case IFLA_LINKINFO: kind = try Self.kind(in: value)
            default: break
            }
        }
        guard !name.isEmpty else { throw NetlinkFault("no name") }
    }

    /// `ARPHRD_ETHER` has six bytes; tunnels and InfiniBand have other addresses, which are no MACs.
    private static func mac(_ value: RawSpan, _ hardwareType: UInt16) throws(NetlinkFault) -> MACAddress? {
        if hardwareType == 1 { try value.require(6) }
        return MACAddress(bytes: value.byteArray())
    }

    private static func kind(in info: RawSpan) throws(NetlinkFault) -> String? {
        var kind: String?
        try NetlinkFraming.forEachAttribute(in: info) { (type, value) throws(NetlinkFault) in
            if type == IFLA_INFO_KIND { kind = try value.text() }
        }
        return kind
    }
}

extension NetlinkSocket {
    /// All interfaces (`RTM_GETLINK`). `Link.peerNetns` stays `nil`; see `peerNamespaces(of:among:)`.
    /// - Parameter netns: cookie of the socket's namespace, for `Link.netns`.
    public mutating func links(netns: UInt64) throws(KernelError) -> [Link] {
        let request = NetlinkMessage(type: RTM_GETLINK, family: FamilyHeader.link())
        return try dump(request, of: "links", expecting: RTM_NEWLINK) { (payload) throws(NetlinkFault) in
            try Link(netlink: payload, netns: netns)
        }
    }
}
