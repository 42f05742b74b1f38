import CKernel
import Model

extension Qdisc {
    /// From the payload of an `RTM_NEWQDISC` (`tc_fill_qdisc`, net/sched/sch_api.c).
    public init(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        self.init(
            netns: netns, ifindex: try payload.uint32(at: 4), kind: "", handle: try payload.uint32(at: 8),
            parent: try payload.uint32(at: 12))
        try NetlinkFraming.forEachAttribute(in: payload, after: 20) { (type, value) throws(NetlinkFault) in
            switch type {
            case TCA_KIND: kind = try value.text()
            case TCA_INGRESS_BLOCK: ingressBlock = try value.uint32()
            case TCA_EGRESS_BLOCK: egressBlock = try value.uint32()
            default: break
            }
        }
        guard !kind.isEmpty else { throw NetlinkFault("no kind") }
    }
}

extension NetlinkSocket {
    /// The qdiscs of all interfaces (`RTM_GETQDISC`); `clsact` and `ingress` among them.
    /// - Parameter netns: cookie of the socket's namespace.
    public mutating func qdiscs(netns: UInt64) throws(KernelError) -> [Qdisc] {
        let request = NetlinkMessage(type: RTM_GETQDISC, family: FamilyHeader.trafficControl(ifindex: 0))
        return try dump(request, of: "qdiscs", expecting: RTM_NEWQDISC) { (payload) throws(NetlinkFault) in
            try Qdisc(netlink: payload, netns: netns)
        }
    }
}
