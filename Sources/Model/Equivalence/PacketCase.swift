/// What a tc program sees beside the packet's bytes; the fields that a test run takes.
public struct PacketMetadata: Hashable, Sendable {
    public var mark: UInt32
    public var priority: UInt32
    /// `skb->cb`, five words.
    public var controlBlock: [UInt32]
    /// Bytes of a segment; 0 where the packet stands for itself.
    public var segmentSize: UInt32

    public init(
        mark: UInt32 = 0, priority: UInt32 = 0, controlBlock: [UInt32] = [0, 0, 0, 0, 0], segmentSize: UInt32 = 0
    ) {
        self.mark = mark
        self.priority = priority
        self.controlBlock = controlBlock
        self.segmentSize = segmentSize
    }
}

/// A destination that packets are made for.
public struct PacketTarget: Hashable, Sendable {
    public var address: IPAddress
    public var role: DestinationRole
    /// Of an entry, what the cross-check says of it.
    public var finding: Finding?

    public init(_ address: IPAddress, _ role: DestinationRole, finding: Finding? = nil) {
        self.address = address
        self.role = role
        self.finding = finding
    }
}

/// A packet that both programs are run on.
public struct PacketCase: Hashable, Sendable {
    public var kind: PacketKind
    public var frame: [UInt8]
    public var metadata: PacketMetadata

    public init(_ kind: PacketKind, _ frame: [UInt8], _ metadata: PacketMetadata = PacketMetadata()) {
        self.kind = kind
        self.frame = frame
        self.metadata = metadata
    }
}
