import Model

/// What of a node bears out, or refutes, that bytes are an address, an interface index or a MAC.
struct NodeFacts {
    /// A way to a destination: an address, over an interface of the node's.
    struct Way: Hashable {
        var address: IPAddress
        var ifindex: UInt32
    }

    /// Of the node's namespace, without loopback.
    var links: [UInt32: Link] = [:]
    /// MAC of an interface's other end, where that is in another namespace.
    var peerMACs: [UInt32: MACAddress] = [:]
    /// Addresses of pods, and those that the node has a neighbor or a host route for.
    var addresses: Set<IPAddress> = []
    /// Interfaces that an address is behind; with the MAC that the node's neighbor table has for it.
    var ways: [Way: MACAddress?] = [:]

    init() {}

    init(_ snapshot: Snapshot) {
        let node = snapshot.node.netns.cookie
        var behind: [UInt64: [UInt32]] = [:]
        let all = Dictionary(
            snapshot.links.map { (Topology.LinkKey(netns: $0.netns, ifindex: $0.ifindex), $0) },
            uniquingKeysWith: { $1 })
        for link in snapshot.links where link.netns == node && !link.isLoopback {
            links[link.ifindex] = link
            guard let peer = link.peer, let netns = link.peerNetns, netns != node else { continue }
            behind[netns, default: []].append(link.ifindex)
            if let mac = all[Topology.LinkKey(netns: netns, ifindex: peer)]?.mac { peerMACs[link.ifindex] = mac }
        }
        for address in snapshot.addresses where address.netns != node && Self.isTelling(address.address) {
            addresses.insert(address.address)
            for ifindex in behind[address.netns] ?? [] {
                ways[Way(address: address.address, ifindex: ifindex)] = .some(nil)
            }
        }
        for route in snapshot.routes where route.netns == node && route.kind == .unicast && route.gateway == nil {
            guard route.destination.isHost, let ifindex = route.outputInterface else { continue }
            add(route.destination.address, ifindex, mac: nil)
        }
        for neighbor in snapshot.neighbors where neighbor.netns == node {
            add(neighbor.address, neighbor.ifindex, mac: neighbor.mac)
        }
    }

    mutating func add(_ address: IPAddress, _ ifindex: UInt32, mac: MACAddress?) {
        guard Self.isTelling(address) else { return }
        addresses.insert(address)
        let way = Way(address: address, ifindex: ifindex)
        ways[way] = .some(mac ?? ways[way] ?? nil)
    }

    /// Whether the address tells one place from another; every namespace has 127.0.0.1.
    private static func isTelling(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let number): return number >> 24 != 127 && number != 0 && !address.isMulticastOrBroadcast
        case .v6(let number): return number > 1 && !address.isMulticastOrBroadcast && !address.isLinkLocal
        }
    }

    func leads(_ ifindex: UInt32, to address: IPAddress) -> Bool {
        ways[Way(address: address, ifindex: ifindex)] != nil
    }

    /// Whether packets to the address over the interface go to this MAC.
    func fits(_ mac: MACAddress, _ ifindex: UInt32, _ address: IPAddress?) -> Bool {
        guard mac.value != 0 else { return false }
        if peerMACs[ifindex] == mac { return true }
        guard let address, let known = ways[Way(address: address, ifindex: ifindex)] else { return false }
        return known == mac
    }
}
