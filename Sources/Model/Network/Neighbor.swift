/// A neighbor table entry (`RTM_NEWNEIGH`, include/uapi/linux/neighbour.h).
public struct Neighbor: Codable, Hashable, Sendable {
    /// `NUD_*` as a set of bits.
    public struct State: OptionSet, Codable, Hashable, Sendable {
        public var rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }
        public static let incomplete = State(rawValue: 0x01)
        public static let reachable = State(rawValue: 0x02)
        public static let stale = State(rawValue: 0x04)
        public static let delay = State(rawValue: 0x08)
        public static let probe = State(rawValue: 0x10)
        public static let failed = State(rawValue: 0x20)
        public static let noarp = State(rawValue: 0x40)
        public static let permanent = State(rawValue: 0x80)
        /// The states in which the kernel has a MAC to send to (`NUD_VALID`, include/net/neighbour.h).
        public static let valid: State = [.reachable, .stale, .delay, .probe, .noarp, .permanent]

        /// The name `ip neigh` prints, in lower case.
        public var name: String {
            let names: [(State, String)] = [
                (.incomplete, "incomplete"), (.reachable, "reachable"), (.stale, "stale"), (.delay, "delay"),
                (.probe, "probe"), (.failed, "failed"), (.noarp, "noarp"), (.permanent, "permanent"),
            ]
            return names.first { contains($0.0) }?.1 ?? "none"
        }
    }

    /// Cookie of the namespace.
    public var netns: UInt64
    public var ifindex: UInt32
    public var address: IPAddress
    public var mac: MACAddress?
    public var state: State
    /// `NTF_*`.
    public var flags: UInt8

    /// Whether it counts for `gc_thresh3`: permanent entries and those with `NTF_EXT_LEARNED` (0x10) do not
    /// (`neigh_update_gc_list`, net/core/neighbour.c).
    public var isCollected: Bool { !state.contains(.permanent) && flags & 0x10 == 0 }

    public init(netns: UInt64, ifindex: UInt32, address: IPAddress, mac: MACAddress?, state: State, flags: UInt8 = 0) {
        self.netns = netns
        self.ifindex = ifindex
        self.address = address
        self.mac = mac
        self.state = state
        self.flags = flags
    }
}
