import CKernel
import Model
import SystemPackage

extension Filter {
    /// From the payload of an `RTM_NEWTFILTER` or `RTM_DELTFILTER` (`tcf_fill_node`, net/sched/cls_api.c).
    ///
    /// A handle of 0 is the head of a priority and not a filter of its own. For a shared block `ifindex`
    /// is 0xffffffff and `parent` the block's index.
    public init(netlink payload: RawSpan, netns: UInt64) throws(NetlinkFault) {
        let info = try payload.uint32(at: 16)
        self.init(
            netns: netns, ifindex: try payload.uint32(at: 4), parent: try payload.uint32(at: 12),
            priority: UInt16(info >> 16), protocol: UInt16(bigEndian: UInt16(info & 0xffff)),
            handle: try payload.uint32(at: 8), chain: 0, kind: "", bpf: nil)
        try NetlinkFraming.forEachAttribute(in: payload, after: 20) { (type, value) throws(NetlinkFault) in
            switch type {
            case TCA_KIND: kind = try value.text()
            case TCA_CHAIN: chain = try value.uint32()
            case TCA_OPTIONS:
                // The kernel writes the kind first (tcf_fill_node), so that it is known here.
                guard !kind.isEmpty else { throw NetlinkFault("options before the kind") }
                if kind == "bpf" { bpf = try BPF(netlink: value) }
            default: break
            }
        }
        guard !kind.isEmpty else { throw NetlinkFault("no kind") }
    }
}

extension Filter.BPF {
    /// From `TCA_OPTIONS` of a `bpf` filter (`cls_bpf_dump`, net/sched/cls_bpf.c).
    init(netlink options: RawSpan) throws(NetlinkFault) {
        self.init(programID: nil, tag: nil, name: nil, classID: nil, flags: nil, offloadFlags: nil)
        try NetlinkFraming.forEachAttribute(in: options) { (type, value) throws(NetlinkFault) in
            switch type {
            case TCA_BPF_ID: programID = try value.uint32()
            case TCA_BPF_TAG:
                try value.require(8)
                tag = value.byteArray().hex
            case TCA_BPF_NAME: name = try value.text()
            case TCA_BPF_CLASSID: classID = try value.uint32()
            case TCA_BPF_FLAGS: flags = try value.uint32()
            case TCA_BPF_FLAGS_GEN: offloadFlags = try value.uint32()
            case TCA_BPF_OPS: isClassic = true
            case TCA_BPF_ACT, TCA_BPF_POLICE: hasActions = true
            default: break
            }
        }
    }
}

extension NetlinkSocket {
    /// The filters at one parent of one interface, of all chains (`RTM_GETTFILTER`), in the order in
    /// which they run within a chain. Without such a qdisc there are none.
    ///
    /// Of the `ingress` qdisc the filters come with the parent that the last writer used, `ffff:0` or
    /// `ffff:fff2` (`block->classid`, net/sched/cls_api.c): the same filters under two names. Whoever
    /// writes one again must use the parent that was read, else all of them show another one afterwards.
    ///
    /// - Parameters:
    ///   - parent: `Filter.clsactIngress`, `Filter.clsactEgress` or `Filter.ingressQdisc`.
    ///   - netns: cookie of the socket's namespace.
    public mutating func filters(
        ifindex: UInt32, parent: UInt32, netns: UInt64
    ) throws(KernelError) -> [Filter] {
        let header = FamilyHeader.trafficControl(ifindex: ifindex, parent: parent)
        let request = NetlinkMessage(type: RTM_GETTFILTER, family: header)
        let subject = "filters of ifindex \(ifindex) parent 0x\(String(parent, radix: 16))"
        return try dump(request, of: subject, expecting: RTM_NEWTFILTER) { (payload) throws(NetlinkFault) in
            let filter = try Filter(netlink: payload, netns: netns)
            return filter.handle == 0 ? nil : filter
        }
    }

    /// Reads one filter again; `nil` if its place is empty. Its `parent` is the one asked for.
    /// - Throws: `call` with `ENODEV` when the interface itself is gone.
    public mutating func filter(at slot: FilterSlot, netns: UInt64) throws(KernelError) -> Filter? {
        do throws(KernelError) {
            return try get(Filter.request(slot), of: slot.description) { (payload) throws(NetlinkFault) in
                try Filter(netlink: payload, netns: netns)
            }
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory: return nil
            // The kernel says EINVAL for a chain or a qdisc that is gone, and for much else: the dump tells.
            case .invalidArgument:
                return try filters(ifindex: slot.ifindex, parent: slot.parent, netns: netns).first {
                    var found = $0.slot
                    found.parent = slot.parent
                    return found == slot
                }
            default: throw error
            }
        }
    }
}
