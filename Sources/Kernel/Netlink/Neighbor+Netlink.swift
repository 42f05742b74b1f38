import CKernel
import Model

extension Neighbor {
    /// From the payload of an `RTM_NEWNEIGH` (`neigh_fill_info`, net/core/neighbour.c); `nil` for a proxy
    /// entry and for a family other than IPv4 and IPv6, such as a bridge's.
    init?(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        let flags = try payload.uint8(at: 10)
        guard let family = AddressFamily(rawFamily: try payload.uint8(at: 0)), flags & UInt8(NTF_PROXY) == 0
        else { return nil }
        var address: IPAddress?
        var mac: MACAddress?
        try NetlinkFraming.forEachAttribute(in: payload, after: 12) { (type, value) throws(NetlinkFault) in
            switch type {
            case NDA_DST: address = try value.address(family)
            case NDA_LLADDR: mac = MACAddress(bytes: value.byteArray())
            default: break
            }
        }
        guard let address else { throw NetlinkFault("no address") }
        self.init(
            netns: netns, ifindex: try payload.uint32(at: 4), address: address, mac: mac,
            state: State(rawValue: try payload.uint16(at: 8)), flags: flags)
    }
}

extension NetlinkSocket {
    /// All neighbors of both families (`RTM_GETNEIGH`), without proxies and forwarding databases.
    /// - Parameter netns: cookie of the socket's namespace.
    public mutating func neighbors(netns: UInt64) throws(KernelError) -> [Neighbor] {
        var all: [Neighbor] = []
        for family in AddressFamily.allCases {
            let request = NetlinkMessage(type: RTM_GETNEIGH, family: FamilyHeader.neighbor(family))
            all += try dump(request, of: "\(family) neighbors", expecting: RTM_NEWNEIGH) {
                (payload) throws(NetlinkFault) in
                try Neighbor(netlink: payload, netns: netns)
            }
        }
        return all
    }
}
