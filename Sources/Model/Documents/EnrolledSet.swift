/// For membership `enrolled`: the interfaces with a member behind them.
///
/// Not part of the decision: pods come and go, and `apply` fills the set from what it finds.
public struct EnrolledSet: Codable, Hashable, Sendable {
    public struct Interface: Codable, Hashable, Sendable {
        /// Cookie of the namespace: each has a set of its own.
        public var netns: UInt64
        public var ifindex: UInt32
        public var interface: String
        public init(netns: UInt64, ifindex: UInt32, interface: String) {
            self.netns = netns
            self.ifindex = ifindex
            self.interface = interface
        }
    }

    /// At most ``PlanDocument/listLimit``.
    public var interfaces: [Interface]
    public var interfacesTotal: Int
    /// Interfaces that fit into the largest of the sets (`max_entries`).
    public var room: UInt32

    public init(_ interfaces: [Interface]) {
        self.interfaces = Array(interfaces.prefix(PlanDocument.listLimit))
        interfacesTotal = interfaces.count
        room = Dictionary(grouping: interfaces, by: \.netns).values.map { Self.room(for: $0.count) }.max() ?? Self.least
    }

    private static let least: UInt32 = 1024

    /// Four times of what is there, a power of two and at least 1,024: entries are made as they come, and what is not
    /// used costs eight bytes each (kernel/bpf/devmap.c).
    public static func room(for count: Int) -> UInt32 {
        var room = least
        while Int(room) < 4 * count && room < 1 << 20 { room *= 2 }
        return room
    }
}
