import CKernel
import Model

extension InterfaceAddress {
    /// From the payload of an `RTM_NEWADDR` (`inet_fill_ifaddr`, `inet6_fill_ifaddr`); `nil` for a family
    /// other than IPv4 and IPv6.
    init?(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        guard let family = AddressFamily(rawFamily: try payload.uint8(at: 0)) else { return nil }
        let length = try payload.uint8(at: 1)
        guard Int(length) <= family.bitWidth else { throw NetlinkFault("prefix of \(length) bits") }
        var local: IPAddress?
        var remote: IPAddress?
        try NetlinkFraming.forEachAttribute(in: payload, after: 8) { (type, value) throws(NetlinkFault) in
            switch type {
            case IFA_LOCAL: local = try value.address(family)
            case IFA_ADDRESS: remote = try value.address(family)
            default: break
            }
        }
        // On a point-to-point link IFA_ADDRESS is the other end.
        guard let address = local ?? remote else { throw NetlinkFault("no address") }
        self.init(
            netns: netns, ifindex: try payload.uint32(at: 4), address: address,
            prefixLength: length, scope: try payload.uint8(at: 3))
    }
}

extension NetlinkSocket {
    /// All addresses of both families (`RTM_GETADDR`).
    /// - Parameter netns: cookie of the socket's namespace.
    public mutating func addresses(netns: UInt64) throws(KernelError) -> [InterfaceAddress] {
        var all: [InterfaceAddress] = []
        for family in AddressFamily.allCases {
            let request = NetlinkMessage(type: RTM_GETADDR, family: FamilyHeader.address(family))
            all += try dump(request, of: "\(family) addresses", expecting: RTM_NEWADDR) {
                (payload) throws(NetlinkFault) in
                try InterfaceAddress(netlink: payload, netns: netns)
            }
        }
        return all
    }
}
