import Model

/// A snapshot's network as one namespace sees it, indexed for questions about single destinations.
public struct Topology: Sendable {
    /// The other end of an interface.
    public enum Peer: Hashable, Sendable {
        /// Not a paired device, or no such interface.
        case none
        /// Its namespace could not be opened.
        case unreadable
        case link(Link)
    }

    struct LinkKey: Hashable, Sendable {
        var netns: UInt64
        var ifindex: UInt32
    }

    struct NeighborKey: Hashable, Sendable {
        var ifindex: UInt32
        var address: IPAddress
    }

    /// What is the same whichever namespace is looked from; several topologies share one.
    private struct Everything: Sendable {
        var links: [LinkKey: Link]
        var byNamespace: [UInt64: [Link]]
        var addresses: [UInt64: Set<IPAddress>]
        /// Namespaces that hold an address.
        var holders: [IPAddress: [UInt64]]
        /// All of these addresses.
        var held: AddressSet

        init(_ snapshot: Snapshot) {
            links = Dictionary(
                snapshot.links.map { (LinkKey(netns: $0.netns, ifindex: $0.ifindex), $0) }, uniquingKeysWith: { $1 })
            byNamespace = Dictionary(grouping: snapshot.links, by: \.netns)
            addresses = Dictionary(grouping: snapshot.addresses, by: \.netns).mapValues { Set($0.map(\.address)) }
            var holders: [IPAddress: [UInt64]] = [:]
            for (netns, held) in addresses { for address in held { holders[address, default: []].append(netns) } }
            self.holders = holders
            held = AddressSet(holders.keys)
        }
    }

    /// The other end of a paired device, as far as entries are compared with it.
    struct FarEnd: Sendable {
        var netns: UInt64
        var mac: MACAddress?
    }

    /// Cookie of the namespace whose hooks, routes and neighbors these are: the node's, or that of another hook.
    public let node: UInt64
    private let everything: Everything
    private let neighbors: [NeighborKey: Neighbor]
    /// Interfaces of this namespace, by ifindex.
    public let nodeLinks: [Link]
    public let rules: [Rule]
    /// Whether which rules come into question depends on the destination.
    let hasRulesByDestination: Bool
    public let routes: [Route]
    private let hostRoutes: [NeighborKey: Set<UInt32>]
    public let nodeNeighbors: [Neighbor]
    /// Addresses of neighbors and of host routes here.
    private let routed: AddressSet
    /// By ifindex of the end here; only where the other end could be read.
    let farEnds: [UInt32: FarEnd]

    /// Of the node's own namespace.
    public init(_ snapshot: Snapshot) {
        self.init(snapshot, node: snapshot.node.netns.cookie, Everything(snapshot))
    }

    /// Of each of these namespaces, whose rules, routes and neighbors must be in the snapshot.
    public static func all(_ snapshot: Snapshot, namespaces: [UInt64]) -> [UInt64: Topology] {
        let everything = Everything(snapshot)
        return Dictionary(
            namespaces.map { ($0, Topology(snapshot, node: $0, everything)) }, uniquingKeysWith: { first, _ in first })
    }

    private init(_ snapshot: Snapshot, node cookie: UInt64, _ everything: Everything) {
        node = cookie
        self.everything = everything
        nodeNeighbors = snapshot.neighbors.filter { $0.netns == cookie }
        neighbors = Dictionary(
            nodeNeighbors.map { (NeighborKey(ifindex: $0.ifindex, address: $0.address), $0) }, uniquingKeysWith: { $1 })
        nodeLinks = (everything.byNamespace[cookie] ?? []).sorted { $0.ifindex < $1.ifindex }
        rules = snapshot.rules.filter { $0.netns == cookie }.sorted { $0.priority < $1.priority }
        hasRulesByDestination = rules.contains { $0.destination != nil }
        routes = snapshot.routes.filter { $0.netns == cookie }
        var tables: [NeighborKey: Set<UInt32>] = [:]
        for route in routes where route.kind == .unicast && route.destination.isHost && route.gateway == nil {
            // RTNH_F_DEAD: the kernel passes it over.
            guard let ifindex = route.outputInterface, route.flags & 1 == 0 else { continue }
            tables[NeighborKey(ifindex: ifindex, address: route.destination.address), default: []].insert(route.table)
        }
        hostRoutes = tables
        routed = AddressSet(tables.keys.map(\.address) + neighbors.keys.map(\.address))
        var ends: [UInt32: FarEnd] = [:]
        for link in nodeLinks {
            guard case .link(let peer) = Self.peer(of: link, everything) else { continue }
            ends[link.ifindex] = FarEnd(netns: peer.netns, mac: peer.mac)
        }
        farEnds = ends
    }

    /// An interface of this namespace.
    public func link(_ ifindex: UInt32) -> Link? { everything.links[LinkKey(netns: node, ifindex: ifindex)] }

    public func peer(of link: Link) -> Peer { Self.peer(of: link, everything) }

    private static func peer(of link: Link, _ everything: Everything) -> Peer {
        guard link.kind == "veth" || link.kind == "netkit", let peer = link.peer else { return .none }
        guard let netns = link.peerNetns, let found = everything.links[LinkKey(netns: netns, ifindex: peer)] else {
            return .unreadable
        }
        return .link(found)
    }

    /// Whether the namespace holds the address, on any interface: Linux answers for all of them (`arp_ignore` 0).
    public func holds(_ address: IPAddress, netns: UInt64) -> Bool {
        everything.addresses[netns]?.contains(address) ?? false
    }

    /// Whether anything read of this machine is about this very address: who holds it, a host route here, a neighbor here.
    /// Of all others there is nothing to know but what the kernel answers.
    public func knows(_ address: IPAddress) -> Bool { everything.held.contains(address) || routed.contains(address) }

    /// Whether this namespace is the one in which an entry's interface index means something: the pod behind it has the
    /// entry's MAC, or holds its address.
    public func owns(_ target: LegacyTarget) -> Bool {
        guard let end = farEnds[target.ifindex] else { return false }
        return end.mac == target.mac || holds(target.address, netns: end.netns)
    }

    /// Whether any namespace but this one holds the address.
    public func isHeldByAPod(_ address: IPAddress) -> Bool {
        everything.holders[address]?.contains { $0 != node } ?? false
    }

    public func addresses(netns: UInt64) -> Set<IPAddress> { everything.addresses[netns] ?? [] }

    public func neighbor(_ address: IPAddress, ifindex: UInt32) -> Neighbor? {
        neighbors[NeighborKey(ifindex: ifindex, address: address)]
    }

    /// Tables with a host route for `address` through this interface.
    public func hostRouteTables(_ address: IPAddress, ifindex: UInt32) -> Set<UInt32> {
        hostRoutes[NeighborKey(ifindex: ifindex, address: address)] ?? []
    }

    /// An address that the node routes to this interface alone: what packets from there come from.
    public func source(behind ifindex: UInt32, family: AddressFamily) -> IPAddress? {
        let routed = routes.filter {
            $0.kind == .unicast && $0.outputInterface == ifindex && $0.gateway == nil && $0.destination.isHost
                && $0.destination.address.family == family && !$0.destination.address.isLinkLocal
        }
        if let address = routed.map(\.destination.address).min() { return address }
        guard let link = link(ifindex), case .link(let peer) = peer(of: link), peer.netns != node else { return nil }
        return addresses(netns: peer.netns).filter {
            $0.family == family && !$0.isLinkLocal && !$0.isMulticastOrBroadcast && !$0.isLoopback
        }
        .min()
    }
}

/// Addresses, to be asked for a million times: numbers are hashed in half the time of what tells its family as well.
private struct AddressSet: Sendable {
    private var four: Set<UInt32> = []
    private var six: Set<UInt128> = []

    init(_ addresses: some Sequence<IPAddress>) {
        for address in addresses {
            switch address {
            case .v4(let number): four.insert(number)
            case .v6(let number): six.insert(number)
            }
        }
    }

    func contains(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let number): four.contains(number)
        case .v6(let number): six.contains(number)
        }
    }
}
