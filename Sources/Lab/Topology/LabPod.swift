import Model

/// A network namespace with one veth, and what it is called on either side.
public struct LabPod: Codable, Hashable, Sendable {
    /// Of the namespace below /run/netns.
    public var name: String
    /// Namespace of the tenant that is its node; `nil` is the lab's own.
    public var tenant: String?
    /// The host's side of the veth; inside it is `eth0`.
    public var interface: String
    /// Index of `interface` in the node's, or the tenant's, namespace.
    public var ifindex: UInt32
    /// Of the pod's side.
    public var mac: MACAddress
    public var address: IPAddress
    public var ipv6: IPAddress?
    /// In the map, and with the deployment's programs on its interface.
    public var enrolled: Bool
    public var fault: LabFault?

    /// Whether packets to it arrive while the map decides.
    public var isReachable: Bool { fault?.isReachableByMap ?? true }
}
