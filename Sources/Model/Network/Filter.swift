/// A tc filter (`RTM_NEWTFILTER`, include/uapi/linux/pkt_cls.h).
public struct Filter: Codable, Hashable, Sendable {
    /// What a `bpf` filter (`net/sched/cls_bpf.c`) says of itself.
    public struct BPF: Codable, Hashable, Sendable {
        /// `TCA_BPF_ID`; `nil` for classic BPF.
        public var programID: UInt32?
        /// `TCA_BPF_TAG` in hexadecimal.
        public var tag: String?
        /// `TCA_BPF_NAME`; `nil` where the attribute is absent.
        public var name: String?
        /// `TCA_BPF_CLASSID`; `nil` where the attribute is absent.
        public var classID: UInt32?
        /// `TCA_BPF_FLAGS`: bit 0 is direct action; `nil` where the attribute is absent.
        public var flags: UInt32?
        /// `TCA_BPF_FLAGS_GEN`: 1 skip_hw, 2 skip_sw, 4 in_hw, 8 not_in_hw.
        public var offloadFlags: UInt32?
        /// `TCA_BPF_OPS` was there: a classic BPF filter.
        public var isClassic: Bool
        /// `TCA_BPF_ACT` or `TCA_BPF_POLICE` was there.
        public var hasActions: Bool

        public init(
            programID: UInt32?, tag: String?, name: String?, classID: UInt32?, flags: UInt32?, offloadFlags: UInt32?,
            isClassic: Bool = false, hasActions: Bool = false
        ) {
            self.programID = programID
            self.tag = tag
            self.name = name
            self.classID = classID
            self.flags = flags
            self.offloadFlags = offloadFlags
            self.isClassic = isClassic
            self.hasActions = hasActions
        }

        /// `TCA_BPF_FLAG_ACT_DIRECT`: the program's return value is the verdict.
        public var isDirectAction: Bool { (flags ?? 0) & 1 != 0 }
        /// `TCA_CLS_FLAGS_IN_HW` or `SKIP_SW`: a device runs it.
        public var isOffloaded: Bool { (offloadFlags ?? 0) & 0b0110 != 0 }
    }

    /// Cookie of the namespace.
    public var netns: UInt64
    /// 0xffffffff (`TCM_IFINDEX_MAGIC_BLOCK`) for a filter of a shared block.
    public var ifindex: UInt32
    /// `ffff:fff2` clsact ingress, `ffff:fff3` clsact egress, `ffff:0` the ingress qdisc.
    public var parent: UInt32
    public var priority: UInt16
    /// EtherType in host byte order: 3 is `all`, 0x0800 IPv4.
    public var `protocol`: UInt16
    public var handle: UInt32
    public var chain: UInt32
    /// `bpf`, `flower`, …
    public var kind: String
    /// Where `kind` is `bpf`.
    public var bpf: BPF?

    public init(
        netns: UInt64, ifindex: UInt32, parent: UInt32, priority: UInt16, protocol: UInt16, handle: UInt32,
        chain: UInt32, kind: String, bpf: BPF?
    ) {
        self.netns = netns
        self.ifindex = ifindex
        self.parent = parent
        self.priority = priority
        self.protocol = `protocol`
        self.handle = handle
        self.chain = chain
        self.kind = kind
        self.bpf = bpf
    }

    /// `TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)`.
    public static let clsactIngress: UInt32 = 0xffff_fff2
    /// `TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)`.
    public static let clsactEgress: UInt32 = 0xffff_fff3
    /// The ingress qdisc's own parent.
    public static let ingressQdisc: UInt32 = 0xffff_0000
    /// `TCM_IFINDEX_MAGIC_BLOCK` (include/uapi/linux/rtnetlink.h).
    public static let sharedBlock: UInt32 = 0xffff_ffff
}
