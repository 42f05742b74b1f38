/// In what the replacement differs from the legacy program by design: all of it, and nothing else is tolerated.
/// `docs/datapath.md` has the same list.
public enum DesignedDifference: String, Codable, Hashable, Sendable, CaseIterable {
    case destinationMAC = "destination-mac"
    case sourceMAC = "source-mac"
    case groupBit = "group-bit"
    case neighborDiscovery = "neighbor-discovery"
    case boundedHeaders = "bounded-headers"
    case sameDevice = "same-device"
    case widened
    case crossing
    case genericXDP = "generic-xdp"
    case neighborStates = "neighbor-states"

    public var why: String {
        switch self {
        case .destinationMAC:
            "The legacy program writes the map's MAC; the neighbor subsystem writes the neighbor's when the packet leaves, so the replacement leaves it (--egress mac: writes the neighbor's; --egress peer: it arrives as it came)."
        case .sourceMAC:
            "The neighbor subsystem writes the MAC of the device a packet leaves by; a legacy program leaves the sender's, or writes the map's (--egress peer: it stays the sender's)."
        case .groupBit:
            "The replacement clears the group bit of the destination MAC: the kernel drops such a packet otherwise, and the MAC is written anew anyway."
        case .neighborDiscovery:
            "The replacement never redirects neighbor discovery (ICMPv6 133 to 137), which belongs to the link it was sent on; a legacy program that redirects every protocol does."
        case .boundedHeaders:
            "Behind six IPv6 extension headers, behind an authentication header, and where headers are cut off, the replacement leaves the packet to the stack."
        case .sameDevice:
            "The replacement never sends a packet back to the interface it came in on; a legacy program sends a pod's packet to itself back."
        case .widened:
            "The plan lists the destination under widened: the map does not hold it, and the replacement redirects to it."
        case .crossing:
            "Under --egress peer the program clears mark and priority and sets no mark of the contract, for the veth it passes by clears them on the way into another namespace."
        case .genericXDP:
            "Generic XDP on the pod's interface runs for packets of bpf_redirect_neigh and bpf_redirect_peer, and not for those of bpf_redirect; so it blocks the plan (MIG1369) unless --egress mac is asked for."
        case .neighborStates:
            "Neighbors appear for the destinations, and are kept up to date, where the legacy program needed none."
        }
    }

    /// Whether packets can show it in a test run, which does not say where a redirect goes.
    public var isSeenInTestRuns: Bool { self != .genericXDP && self != .neighborStates }
}
