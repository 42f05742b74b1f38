import Model

/// What of a node bears out, or refutes, that bytes are an address, an interface index or a MAC.
///
/// Of every namespace in which programs that read the map are attached: there its interface indexes mean something. Each
/// namespace counts its interfaces from 1, so that a number may stand for several.
struct NodeFacts {
    /// A way to a destination: an address, over an interface.
    struct Way: Hashable {
        var address: IPAddress
        var ifindex: UInt32
    }

    /// Own MACs of the interfaces with a number, without loopback.
    private var links: [UInt32: Set<MACAddress>] = [:]
    /// MACs of their other ends, where these are in another namespace.
    private var peers: [UInt32: Set<MACAddress>] = [:]
    /// Addresses of pods, and those that there is a neighbor or a host route for.
    private(set) var addresses: Set<IPAddress> = []
    /// Interfaces that an address is behind; with the MACs that packets to it may go to: the other end's, the neighbor's.
    private var ways: [Way: Set<MACAddress>] = [:]

    init() {}

    /// - Parameter namespaces: cookies of those whose interfaces the entries may mean.
    init(_ snapshot: Snapshot, namespaces: Set<UInt64>) {
        let all = Dictionary(
            snapshot.links.map { (Topology.LinkKey(netns: $0.netns, ifindex: $0.ifindex), $0) },
            uniquingKeysWith: { $1 })
        let held = Dictionary(grouping: snapshot.addresses, by: \.netns)
        var ends: [Topology.LinkKey: MACAddress] = [:]
        for link in snapshot.links where namespaces.contains(link.netns) && !link.isLoopback {
            let peer = link.peerNetns.flatMap { netns in
                link.peer.flatMap { all[Topology.LinkKey(netns: netns, ifindex: $0)] }
            }
            let other = peer?.netns == link.netns ? nil : peer
            add(link, peer: other?.mac)
            guard let other else { continue }
            ends[Topology.LinkKey(netns: link.netns, ifindex: link.ifindex)] = other.mac
            for address in held[other.netns] ?? [] { add(address.address, link.ifindex, [other.mac]) }
        }
        for route in snapshot.routes where namespaces.contains(route.netns) && route.kind == .unicast {
            guard route.gateway == nil, route.destination.isHost, let ifindex = route.outputInterface else { continue }
            add(route.destination.address, ifindex, [ends[.init(netns: route.netns, ifindex: ifindex)]])
        }
        for neighbor in snapshot.neighbors where namespaces.contains(neighbor.netns) {
            let end = ends[.init(netns: neighbor.netns, ifindex: neighbor.ifindex)]
            add(neighbor.address, neighbor.ifindex, [end, neighbor.mac])
        }
    }

    mutating func add(_ link: Link, peer: MACAddress?) {
        links[link.ifindex, default: []].formUnion([link.mac].compactMap(\.self))
        if let peer { peers[link.ifindex, default: []].insert(peer) }
    }

    mutating func add(_ address: IPAddress, _ ifindex: UInt32, _ macs: [MACAddress?]) {
        guard Self.isTelling(address) else { return }
        addresses.insert(address)
        ways[Way(address: address, ifindex: ifindex), default: []].formUnion(macs.compactMap(\.self))
    }

    /// Whether the address tells one place from another; every namespace has 127.0.0.1.
    private static func isTelling(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let number): return number >> 24 != 127 && number != 0 && !address.isMulticastOrBroadcast
        case .v6(let number): return number > 1 && !address.isMulticastOrBroadcast && !address.isLinkLocal
        }
    }

    func isLive(_ ifindex: UInt32) -> Bool { links[ifindex] != nil }

    /// Whether it is the own MAC of an interface with this number.
    func isOwn(_ mac: MACAddress, of ifindex: UInt32) -> Bool {
        mac.value != 0 && links[ifindex]?.contains(mac) == true
    }

    func leads(_ ifindex: UInt32, to address: IPAddress) -> Bool {
        ways[Way(address: address, ifindex: ifindex)] != nil
    }

    /// Whether packets to the address over the interface go to this MAC; of an address that is not behind it, whether it is
    /// the other end's at all.
    func fits(_ mac: MACAddress, _ ifindex: UInt32, _ address: IPAddress?) -> Bool {
        guard mac.value != 0 else { return false }
        if let address, let known = ways[Way(address: address, ifindex: ifindex)] { return known.contains(mac) }
        return peers[ifindex]?.contains(mac) ?? false
    }
}
