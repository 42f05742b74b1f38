import CKernel
import Model

extension NetlinkSocket {
    /// Packets that filters of each interface's `clsact` or `ingress` qdisc have dropped so far, both directions together, by
    /// ifindex (`mini_qdisc_qstats_cpu_drop`, net/core/dev.c). 32 bits wide: it wraps.
    ///
    /// - Parameter netns: cookie of the socket's namespace.
    public mutating func filterDrops(netns: UInt64) throws(KernelError) -> [UInt32: UInt32] {
        let request = NetlinkMessage(type: RTM_GETQDISC, family: FamilyHeader.trafficControl(ifindex: 0))
        let found = try dump(request, of: "qdiscs", expecting: RTM_NEWQDISC) { (payload) throws(NetlinkFault) in
            (qdisc: try Qdisc(netlink: payload, netns: netns), drops: try Self.drops(payload))
        }
        let filtering = found.filter { $0.qdisc.kind == "clsact" || $0.qdisc.kind == "ingress" }
        return Dictionary(filtering.map { ($0.qdisc.ifindex, $0.drops) }, uniquingKeysWith: { first, _ in first })
    }

    /// `TCA_STATS_QUEUE` and the third number of `struct gnet_stats_queue` (include/uapi/linux/gen_stats.h); 0 without one.
    private static func drops(_ payload: RawSpan) throws(NetlinkFault) -> UInt32 {
        var drops: UInt32 = 0
        try NetlinkFraming.forEachAttribute(in: payload, after: 20) { (type, value) throws(NetlinkFault) in
            guard type == TCA_STATS2 else { return }
            try NetlinkFraming.forEachAttribute(in: value, after: 0) { (type, value) throws(NetlinkFault) in
                if type == 3 { drops = try value.uint32(at: 8) }
            }
        }
        return drops
    }
}
