import Model

/// A network namespace with one veth, and what it is called on either side.
public struct LabPod: Codable, Hashable, Sendable {
    /// Of the namespace below /run/netns and, but for the proxy and the gateway, of the host's interface.
    public var name: String
    /// The host's side of the veth; inside it is `eth0`.
    public var interface: String
    /// Index of `interface` in the node's namespace.
    public var ifindex: UInt32
    /// Of the pod's side.
    public var mac: MACAddress
    public var address: IPAddress
    public var ipv6: IPAddress?
    /// In the map, and with the deployment's programs on its interface.
    public var enrolled: Bool
    public var fault: LabFault?

    /// Whether packets from the proxy reach it while the map decides.
    public var isReachable: Bool { fault?.isReachableByMap ?? true }
}
