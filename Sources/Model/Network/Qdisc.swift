/// A queueing discipline (`RTM_NEWQDISC`); of interest are `clsact` and `ingress`.
public struct Qdisc: Codable, Hashable, Sendable {
    /// Cookie of the namespace.
    public var netns: UInt64
    public var ifindex: UInt32
    public var kind: String
    public var handle: UInt32
    public var parent: UInt32
    /// Index of a shared filter block (`TCA_INGRESS_BLOCK`), 0 when none.
    public var ingressBlock: UInt32
    /// `TCA_EGRESS_BLOCK`, 0 when none.
    public var egressBlock: UInt32

    public init(
        netns: UInt64, ifindex: UInt32, kind: String, handle: UInt32, parent: UInt32, ingressBlock: UInt32 = 0,
        egressBlock: UInt32 = 0
    ) {
        self.netns = netns
        self.ifindex = ifindex
        self.kind = kind
        self.handle = handle
        self.parent = parent
        self.ingressBlock = ingressBlock
        self.egressBlock = egressBlock
    }
}
