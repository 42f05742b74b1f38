import CKernel
import Model

extension Rule {
    /// The last attribute this file knows (`FRA_DPORT_RANGE`). Those behind it, from 6.13 on, all select packets:
    /// DSCP, flow label, and masks for them and for ports.
    private static let lastKnownAttribute = FRA_DPORT_RANGE

    /// From the payload of an `RTM_NEWRULE` (`fib_nl_fill_rule`, net/core/fib_rules.c); `nil` for a family
    /// other than IPv4 and IPv6.
    init?(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        guard let family = AddressFamily(rawFamily: try payload.uint8(at: 0)) else { return nil }
        let destinationLength = try payload.uint8(at: 1)
        let sourceLength = try payload.uint8(at: 2)
        guard Int(max(destinationLength, sourceLength)) <= family.bitWidth else {
            throw NetlinkFault("prefixes of \(destinationLength) and \(sourceLength) bits")
        }
        self.init(
            netns: netns, family: family, priority: 0, action: try payload.uint8(at: 7),
            table: UInt32(try payload.uint8(at: 4)), tos: try payload.uint8(at: 3),
            isInverted: try payload.uint32(at: 8) & UInt32(FIB_RULE_INVERT) != 0)
        try NetlinkFraming.forEachAttribute(in: payload, after: 12) { (type, value) throws(NetlinkFault) in
            switch type {
            case FRA_DST: destination = IPPrefix(address: try value.address(family), length: destinationLength)
            case FRA_SRC: source = IPPrefix(address: try value.address(family), length: sourceLength)
            case FRA_IIFNAME: inputInterface = try value.text()
            case FRA_OIFNAME: outputInterface = try value.text()
            case FRA_PRIORITY: priority = try value.uint32()
            case FRA_TABLE: table = try value.uint32()
            case FRA_FWMARK: mark = try value.uint32()
            case FRA_FWMASK: markMask = try value.uint32()
            case FRA_IP_PROTO: ipProtocol = try value.uint8()
            case FRA_SPORT_RANGE: sourcePorts = try Self.ports(value)
            case FRA_DPORT_RANGE: destinationPorts = try Self.ports(value)
            case FRA_UID_RANGE:
                try value.require(8)
                userIDs = Range(first: try value.uint32(at: 0), last: try value.uint32(at: 4))
            case FRA_TUN_ID: otherSelectors.append(UInt16(type))
            case let unknown where unknown > Self.lastKnownAttribute: otherSelectors.append(UInt16(unknown))
            default: break
            }
        }
        // The kernel leaves them out for prefixes of no bits only; without, the rule would match everything.
        guard destinationLength == 0 || destination != nil, sourceLength == 0 || source != nil else {
            throw NetlinkFault("no address for a prefix of \(max(destinationLength, sourceLength)) bits")
        }
    }

    /// `struct fib_rule_port_range`: two numbers in host byte order.
    private static func ports(_ value: RawSpan) throws(NetlinkFault) -> Range {
        try value.require(4)
        return Range(first: UInt32(try value.uint16(at: 0)), last: UInt32(try value.uint16(at: 2)))
    }
}

extension NetlinkSocket {
    /// All policy rules of both families (`RTM_GETRULE`), in the order the kernel tries them.
    /// - Parameter netns: cookie of the socket's namespace.
    public mutating func rules(netns: UInt64) throws(KernelError) -> [Rule] {
        var all: [Rule] = []
        for family in AddressFamily.allCases {
            let request = NetlinkMessage(type: RTM_GETRULE, family: FamilyHeader.rule(family))
            all += try dump(request, of: "\(family) rules", expecting: RTM_NEWRULE) {
                (payload) throws(NetlinkFault) in
                try Rule(netlink: payload, netns: netns)
            }
        }
        return all
    }
}
