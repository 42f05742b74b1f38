import CKernel
import Model

extension Route {
    /// From the payload of an `RTM_NEWROUTE` (`fib_dump_info`, `rt_fill_info`, `rt6_fill_node`); `nil` for a
    /// family other than IPv4 and IPv6, such as multicast routing. Encapsulation is passed over.
    init?(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        guard let family = AddressFamily(rawFamily: try payload.uint8(at: 0)) else { return nil }
        let any: IPAddress = family == .ipv4 ? .v4(0) : .v6(0)
        let length = try payload.uint8(at: 1)
        guard Int(length) <= family.bitWidth else { throw NetlinkFault("prefix of \(length) bits") }
        self.init(
            netns: netns, table: UInt32(try payload.uint8(at: 4)),
            kind: Kind(rawValue: try payload.uint8(at: 7)) ?? .unspecified,
            destination: IPPrefix(address: any, length: length), scope: try payload.uint8(at: 6),
            origin: try payload.uint8(at: 5), flags: try payload.uint32(at: 8) & 0xff)
        var hasDestination = length == 0, hasTable = false
        try NetlinkFraming.forEachAttribute(in: payload, after: 12) { (type, value) throws(NetlinkFault) in
            switch UInt32(type) {
            case RTA_DST.rawValue:
                destination.address = try value.address(family)
                hasDestination = true
            case RTA_TABLE.rawValue:
                table = try value.uint32()
                hasTable = true
            case RTA_OIF.rawValue: outputInterface = try value.uint32()
            case RTA_GATEWAY.rawValue: gateway = try value.address(family)
            case RTA_VIA.rawValue: gateway = try Self.via(value)
            case RTA_PRIORITY.rawValue: metric = try value.uint32()
            case RTA_PREFSRC.rawValue: preferredSource = try value.address(family)
            case RTA_MULTIPATH.rawValue: nextHops = try Self.nextHops(value, family)
            default: break
            }
        }
        // The kernel leaves it out for a prefix of no bits only.
        guard hasDestination else { throw NetlinkFault("no destination for a prefix of \(length) bits") }
        // RT_TABLE_COMPAT: the number is too large for the header and stands in RTA_TABLE.
        guard hasTable || table != 252 else { throw NetlinkFault("no table") }
        if nextHops.count == 1, let only = nextHops.first {
            outputInterface = only.ifindex
            gateway = only.gateway
            nextHops = []
        }
    }

    /// `struct rtvia`: family and address of a gateway that is not of the route's family.
    private static func via(_ value: RawSpan) throws(NetlinkFault) -> IPAddress? {
        guard let family = AddressFamily(rawFamily: UInt8(truncatingIfNeeded: try value.uint16(at: 0))) else {
            return nil
        }
        try value.require(2 + family.byteCount)
        return try value.extracting(droppingFirst: 2).address(family)
    }

    /// A row of `struct rtnexthop`, each with attributes of its own.
    private static func nextHops(_ value: RawSpan, _ family: AddressFamily) throws(NetlinkFault) -> [NextHop] {
        var hops: [NextHop] = []
        var rest = value
        while rest.byteCount >= 8 {
            let length = Int(try rest.uint16(at: 0))
            guard length >= 8, length <= rest.byteCount else {
                throw NetlinkFault("next hop of \(length) bytes where \(rest.byteCount) are left")
            }
            var hop = NextHop(ifindex: try rest.uint32(at: 4), gateway: nil)
            try NetlinkFraming.forEachAttribute(in: rest.extracting(8..<length)) {
                (type, value) throws(NetlinkFault) in
                switch UInt32(type) {
                case RTA_GATEWAY.rawValue: hop.gateway = try value.address(family)
                case RTA_VIA.rawValue: hop.gateway = try via(value)
                default: break
                }
            }
            hops.append(hop)
            rest = rest.extracting(droppingFirst: min(NetlinkFraming.aligned(length), rest.byteCount))
        }
        guard rest.byteCount == 0 else { throw NetlinkFault("\(rest.byteCount) bytes left over") }
        return hops
    }

    /// `RTM_F_CLONED` in `rtm_flags`: an exception or a cached result, no route somebody made.
    fileprivate static func isCloned(_ payload: RawSpan) throws(NetlinkFault) -> Bool {
        try payload.uint32(at: 8) & UInt32(RTM_F_CLONED) != 0
    }
}

extension NetlinkSocket {
    /// All routes of all tables and both families (`RTM_GETROUTE`), without cached ones.
    ///
    /// A route by a nexthop object shows its next hops only while `net.ipv4.nexthop_compat_mode` is 1,
    /// as it is by default.
    /// - Parameter netns: cookie of the socket's namespace.
    public mutating func routes(netns: UInt64) throws(KernelError) -> [Route] {
        var all: [Route] = []
        for family in AddressFamily.allCases {
            let request = NetlinkMessage(type: RTM_GETROUTE, family: FamilyHeader.route(family))
            all += try dump(request, of: "\(family) routes", expecting: RTM_NEWROUTE) {
                (payload) throws(NetlinkFault) in
                try Route.isCloned(payload) ? nil : Route(netlink: payload, netns: netns)
            }
        }
        return all
    }
}
