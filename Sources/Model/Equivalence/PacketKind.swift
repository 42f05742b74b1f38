/// What is particular about a packet that both programs are run on; `docs/datapath.md` says what becomes of each.
public enum PacketKind: String, Codable, Hashable, Sendable, CaseIterable {
    case tcp
    case udp
    case icmp
    /// SCTP, GRE, ESP, and numbers that nobody uses.
    case otherProtocol = "other-protocol"
    case firstFragment = "first-fragment"
    case laterFragment = "later-fragment"
    /// An IPv4 header of more than 20 bytes.
    case headerOptions = "header-options"
    /// TOS; traffic class and flow label.
    case serviceClass = "service-class"
    /// TTL and hop limit of 0, 1 and 255.
    case timeToLive = "time-to-live"
    case extensionHeaders = "extension-headers"
    case neighborDiscovery = "neighbor-discovery"
    /// The tag in line: one that the device took off does not show in a test run.
    case vlanTagged = "vlan-tagged"
    /// To a group MAC, the broadcast MAC among them.
    case groupMAC = "group-mac"
    /// Longer than an Ethernet device's usual MTU.
    case long
    /// A packet that stands for several (GSO).
    case segmented
    /// Mark, priority and control block hold something.
    case metadata
    /// Cut off at some byte, short of the header it claims.
    case cutOff = "cut-off"
    /// Fields that contradict each other.
    case malformed
    /// ARP, 802.3 length fields, unknown types.
    case notIP = "not-ip"
}

/// Why packets go to a destination.
public enum DestinationRole: String, Codable, Hashable, Sendable, CaseIterable {
    /// A key of a legacy map.
    case entry
    /// No key, and the plan says that the replacement redirects to it.
    case widened
    /// Nobody's, or at least no key.
    case unknown
    /// Multicast, broadcast, loopback, link-local, unspecified, and the node's own.
    case special
}
