/// What the cross-check says of one map entry: the first that applies, in this order.
public enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
    /// The kernel delivers the address on this node itself.
    case localAddress = "local-address"
    case noRoute = "no-route"
    /// A blackhole, prohibit or unreachable route.
    case unreachable
    /// The FIB's device is none a packet may be redirected to: bridge, OVS, layer 3, enslaved, not eligible.
    case unsupportedDevice = "unsupported-device"
    /// The next hop is a gateway, not the destination itself.
    case viaGateway = "via-gateway"
    /// A rule or a multipath route decides by more than the destination.
    case dependsOnPacket = "depends-on-packet"
    /// The map's interface is gone.
    case staleInterface = "stale-interface"
    /// The FIB names another interface than the map.
    case interfaceMismatch = "interface-mismatch"
    /// The peer's MAC is the neighbor's, not the map's.
    case macMismatch = "mac-mismatch"
    /// The peer's MAC is the map's; the kernel's neighbor is wrong.
    case neighborDiffers = "neighbor-differs"
    case neighborFailed = "neighbor-failed"
    /// No neighbor yet, or incomplete; warming settles it.
    case unresolvedNeighbor = "unresolved-neighbor"
    case match
}

/// What the migration changes for the packets to one entry, from two facts: delivered today, delivered afterwards.
public enum Effect: String, Codable, Hashable, Sendable, CaseIterable {
    /// Delivered today and afterwards.
    case same
    /// Black-holed today, delivered afterwards.
    case healed
    /// Delivered today, not afterwards: blocks `apply`.
    case broken
    /// No namespace here holds the address.
    case gone
    /// Delivered neither today nor afterwards.
    case stillBroken = "still-broken"
    /// The pod's side could not be read.
    case unknown
}

/// How the replacement tells a member from any other destination.
public enum Membership: String, Codable, Hashable, Sendable, CaseIterable {
    /// Any destination that is its own next hop on an eligible device.
    case onLink = "on-link"
    /// The output interface must be in a set, which the kernel prunes when an interface goes.
    case enrolled
    /// The address must still be a key of the legacy map.
    case legacyKeys = "legacy-keys"
}

/// How the replacement sends a packet on.
public enum Egress: String, Codable, Hashable, Sendable, CaseIterable {
    /// `bpf_redirect_neigh`: the neighbor subsystem resolves, refreshes and queues.
    case neigh
    /// Writes the destination MAC and calls `bpf_redirect`, as the classic pattern does.
    case mac
    /// `bpf_redirect_peer`: straight into the namespace behind the veth, past everything at its host side's egress.
    case peer
}
