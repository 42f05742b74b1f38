/// A policy routing rule (`RTM_NEWRULE`, include/uapi/linux/fib_rules.h).
public struct Rule: Codable, Hashable, Sendable {
    /// An inclusive range of ports or user ids.
    public struct Range: Codable, Hashable, Sendable {
        public var first: UInt32
        public var last: UInt32
        public init(first: UInt32, last: UInt32) {
            self.first = first
            self.last = last
        }
    }

    /// Cookie of the namespace.
    public var netns: UInt64
    public var family: AddressFamily
    public var priority: UInt32
    /// `FR_ACT_*`: 1 to table, 6 blackhole, 7 unreachable, 8 prohibit.
    public var action: UInt8
    public var table: UInt32
    public var source: IPPrefix?
    public var destination: IPPrefix?
    public var inputInterface: String?
    public var outputInterface: String?
    public var mark: UInt32?
    public var markMask: UInt32?
    public var tos: UInt8
    public var ipProtocol: UInt8?
    public var sourcePorts: Range?
    public var destinationPorts: Range?
    public var userIDs: Range?
    /// Further `FRA_*` attributes that select packets and are not read any closer: flow label, tunnel id, DSCP, masks.
    public var otherSelectors: [UInt16]
    /// `FIB_RULE_INVERT`: the rule matches what its selectors do not.
    public var isInverted: Bool

    public init(
        netns: UInt64, family: AddressFamily, priority: UInt32, action: UInt8 = 1, table: UInt32,
        source: IPPrefix? = nil, destination: IPPrefix? = nil, inputInterface: String? = nil,
        outputInterface: String? = nil, mark: UInt32? = nil, markMask: UInt32? = nil, tos: UInt8 = 0,
        ipProtocol: UInt8? = nil, sourcePorts: Range? = nil, destinationPorts: Range? = nil,
        userIDs: Range? = nil, otherSelectors: [UInt16] = [],
        isInverted: Bool = false
    ) {
        self.netns = netns
        self.family = family
        self.priority = priority
        self.action = action
        self.table = table
        self.source = source
        self.destination = destination
        self.inputInterface = inputInterface
        self.outputInterface = outputInterface
        self.mark = mark
        self.markMask = markMask
        self.tos = tos
        self.ipProtocol = ipProtocol
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
        self.userIDs = userIDs
        self.otherSelectors = otherSelectors
        self.isInverted = isInverted
    }

    /// Whether its answer depends on more of a packet than destination and input interface.
    public var selectsOnPacket: Bool {
        source.map { !$0.isDefault } ?? false || (mark ?? 0) != 0 || (markMask ?? 0) != 0 || tos != 0
            || (ipProtocol ?? 0) != 0 || sourcePorts != nil || destinationPorts != nil || userIDs != nil
            || !otherSelectors.isEmpty
    }

    /// Whether a packet to `address` can meet this rule's other selectors at all.
    public func mayConcern(_ address: IPAddress) -> Bool {
        guard address.family == family else { return false }
        guard !isInverted, let destination else { return true }
        return destination.contains(address)
    }
}
