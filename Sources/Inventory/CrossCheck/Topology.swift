import Model

/// A snapshot's network, indexed for questions about single destinations.
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

    /// Cookie of the node's namespace.
    public let node: UInt64
    private let links: [LinkKey: Link]
    private let addressesByNamespace: [UInt64: Set<IPAddress>]
    private let neighbors: [NeighborKey: Neighbor]
    /// Interfaces of the node's namespace, by ifindex.
    public let nodeLinks: [Link]
    public let rules: [Rule]
    public let routes: [Route]
    private let hostRoutes: [NeighborKey: Set<UInt32>]
    public let nodeNeighbors: [Neighbor]

    public init(_ snapshot: Snapshot) {
        let cookie = snapshot.node.netns.cookie
        node = cookie
        links = Dictionary(
            snapshot.links.map { (LinkKey(netns: $0.netns, ifindex: $0.ifindex), $0) }, uniquingKeysWith: { $1 })
        addressesByNamespace = Dictionary(grouping: snapshot.addresses, by: \.netns).mapValues {
            Set($0.map(\.address))
        }
        nodeNeighbors = snapshot.neighbors.filter { $0.netns == cookie }
        neighbors = Dictionary(
            nodeNeighbors.map { (NeighborKey(ifindex: $0.ifindex, address: $0.address), $0) }, uniquingKeysWith: { $1 })
        nodeLinks = snapshot.links.filter { $0.netns == cookie }.sorted { $0.ifindex < $1.ifindex }
        rules = snapshot.rules.filter { $0.netns == cookie }.sorted { $0.priority < $1.priority }
        routes = snapshot.routes.filter { $0.netns == cookie }
        var tables: [NeighborKey: Set<UInt32>] = [:]
        for route in routes where route.kind == .unicast && route.destination.isHost && route.gateway == nil {
            // RTNH_F_DEAD: the kernel passes it over.
            guard let ifindex = route.outputInterface, route.flags & 1 == 0 else { continue }
            tables[NeighborKey(ifindex: ifindex, address: route.destination.address), default: []].insert(route.table)
        }
        hostRoutes = tables
    }

    /// An interface of the node's namespace.
    public func link(_ ifindex: UInt32) -> Link? { links[LinkKey(netns: node, ifindex: ifindex)] }

    public func peer(of link: Link) -> Peer {
        guard link.kind == "veth" || link.kind == "netkit", let peer = link.peer else { return .none }
        guard let netns = link.peerNetns, let found = links[LinkKey(netns: netns, ifindex: peer)] else {
            return .unreadable
        }
        return .link(found)
    }

    /// Whether the namespace holds the address, on any interface: Linux answers for all of them (`arp_ignore` 0).
    public func holds(_ address: IPAddress, netns: UInt64) -> Bool {
        addressesByNamespace[netns]?.contains(address) ?? false
    }

    /// Whether any namespace but the node's own holds the address.
    public func isHeldByAPod(_ address: IPAddress) -> Bool {
        addressesByNamespace.contains { $0.key != node && $0.value.contains(address) }
    }

    public func addresses(netns: UInt64) -> Set<IPAddress> { addressesByNamespace[netns] ?? [] }

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
