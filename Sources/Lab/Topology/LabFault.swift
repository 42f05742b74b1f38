/// What is wrong with a map entry, on purpose.
public enum LabFault: String, Codable, Hashable, Sendable, CaseIterable {
    /// The pod was made again with the same address; the map has the gone interface and the old MAC.
    case stale
    /// The map's MAC is not the pod's.
    case wrongMAC = "wrong-mac"
    /// The pod never talked: the kernel has no neighbor. Not a fault of the map.
    case unresolved
    /// Nobody has the address any more.
    case gone
    /// The map reaches the pod, and its host route is missing: the FIB answers with the default gateway.
    case broken

    /// Whether a packet for it arrives while the map decides.
    public var isReachableByMap: Bool { self == .unresolved || self == .broken }
}
