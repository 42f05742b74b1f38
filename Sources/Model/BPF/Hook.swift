/// The kinds of place a program can be attached to an interface.
public enum HookKind: String, Codable, Hashable, CaseIterable, Sendable {
    case clsact
    case ingress
    case tcx
    case xdp
    case netkit
}

/// Which way packets go through the interface, seen from the stack.
public enum HookDirection: String, Codable, Hashable, CaseIterable, Sendable {
    case ingress
    case egress
}

/// A place and the program in it.
///
/// The place is identified by namespace cookie, ifindex, kind, direction, chain, priority, handle and
/// protocol; names and paths are for people.
public struct Hook: Codable, Hashable, Sendable {
    public var netns: NamespaceIdentity
    public var interface: String
    public var ifindex: UInt32
    public var kind: HookKind
    public var direction: HookDirection
    public var chain: UInt32
    public var priority: UInt16
    public var handle: UInt32
    /// EtherType in host byte order: 3 is every protocol.
    public var etherType: UInt16
    /// `nil` where the filter is not an eBPF program.
    public var program: ProgramReference?
    /// Every attribute of the filter, for kinds clsact and ingress.
    public var filter: Filter?
    /// For kinds tcx, xdp and netkit.
    public var attachment: Attachment?
    /// Who keeps the program there; `nil` where nobody looked.
    public var owner: HookOwner?

    public init(
        netns: NamespaceIdentity, interface: String, ifindex: UInt32, kind: HookKind, direction: HookDirection,
        chain: UInt32, priority: UInt16, handle: UInt32, etherType: UInt16, program: ProgramReference?,
        filter: Filter?, attachment: Attachment? = nil, owner: HookOwner? = nil
    ) {
        self.netns = netns
        self.interface = interface
        self.ifindex = ifindex
        self.kind = kind
        self.direction = direction
        self.chain = chain
        self.priority = priority
        self.handle = handle
        self.etherType = etherType
        self.program = program
        self.filter = filter
        self.attachment = attachment
        self.owner = owner
    }

    /// `hz clsact/ingress`, as messages name it.
    public var title: String { "\(interface) \(kind.rawValue)/\(direction.rawValue)" }

    /// As ``title``, with the namespace of one that is not in the node's own: `eth0 tcx/ingress in /run/netns/pod1`.
    public func title(onNode node: UInt64) -> String { title + netns.elsewhere(than: node) }

    /// The protocol as tc(8) writes it.
    public var protocolName: String { Hook.protocolName(etherType) }

    public static func protocolName(_ etherType: UInt16) -> String {
        switch etherType {
        case 3: "all"
        case 0x0800: "ip"
        case 0x86dd: "ipv6"
        case 0x0806: "arp"
        case 0x8100: "802.1Q"
        default: "0x" + String(etherType, radix: 16)
        }
    }

    /// The same place, whatever is in it.
    public func isSamePlace(as other: Hook) -> Bool {
        netns == other.netns && ifindex == other.ifindex && kind == other.kind && direction == other.direction
            && chain == other.chain && priority == other.priority && handle == other.handle
            && etherType == other.etherType
    }
}
