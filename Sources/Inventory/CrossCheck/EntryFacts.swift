import Kernel
import Model

/// All that is known of one map entry when it is judged: plain values, so that judging needs no kernel.
public struct EntryFacts: Sendable {
    public var target: LegacyTarget
    /// What the replacement would do, by `bpf_fib_lookup`.
    public var probe: FIBProbe.Answer
    /// `RTM_GETROUTE` with the matching route; `nil` when it was not asked or said EINVAL.
    public var route: RouteAnswer?
    public var mapLink: Link?
    public var mapPeer: Topology.Peer
    public var mapPeerHolds: Bool
    public var fibLink: Link?
    public var fibPeer: Topology.Peer
    public var fibPeerHolds: Bool
    public var neighbor: Neighbor?
    /// Whether the node itself has the address.
    public var isLocal: Bool
    /// Whether any pod's namespace holds it.
    public var isHeld: Bool
    /// Whether the pod that holds it is behind the only hook whose program reads the map. A packet from a pod to itself
    /// never leaves it (the local table answers first), so that no packet ever takes this redirect: neither the map's
    /// today nor the replacement's afterwards.
    public var isUnused: Bool
    /// A rule that decides by more than the destination and comes into question.
    public var packetRule: Rule?

    /// - Parameters:
    ///   - inputInterface: name of the interface of the hook that was asked.
    ///   - hasOtherHooks: whether another hook's program reads the map, too.
    public init(
        target: LegacyTarget, probe: FIBProbe.Answer, route: RouteAnswer?, topology: Topology, inputInterface: String,
        hasOtherHooks: Bool = false
    ) {
        self.target = target
        self.probe = probe
        self.route = route
        mapLink = topology.link(target.ifindex)
        mapPeer = mapLink.map { topology.peer(of: $0) } ?? .none
        mapPeerHolds = Self.holds(target.address, mapPeer, topology)
        fibLink = probe.ifindex == 0 ? nil : topology.link(probe.ifindex)
        fibPeer = fibLink.map { topology.peer(of: $0) } ?? .none
        fibPeerHolds = Self.holds(target.address, fibPeer, topology)
        // The address is behind the very hook that is asked: what the replacement would do there with a packet that
        // never comes (out where it came in) says nothing against the entry. Other hooks decide, if there are any.
        let isOwn = probe.outcome == .sameDevice && fibPeerHolds
        if isOwn { self.probe.outcome = .redirected }
        isUnused = isOwn && !hasOtherHooks
        neighbor = topology.neighbor(target.address, ifindex: probe.ifindex)
        isLocal = topology.holds(target.address, netns: topology.node) || route?.route?.kind == .local
        isHeld = topology.isHeldByAPod(target.address)
        // Where the second door said nothing, a host route to the device the FIB named is as good: none is longer.
        let tables = route?.route.map { [$0.table] } ?? topology.hostRouteTables(target.address, ifindex: probe.ifindex)
        packetRule = PacketRules.first(
            concerning: target.address, in: topology.rules, answeredFrom: tables, inputInterface: inputInterface)
    }

    private static func holds(_ address: IPAddress, _ peer: Topology.Peer, _ topology: Topology) -> Bool {
        guard case .link(let link) = peer else { return false }
        return topology.holds(address, netns: link.netns)
    }
}
