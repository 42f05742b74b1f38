import Model

/// One end of a veth in a network namespace, and what it is called on either side.
public struct LabPod: Codable, Hashable, Sendable {
    public var name: String
    /// Its namespace below /run/netns, of the pod's own name; the pods of a crowd share one.
    public var namespace: String
    /// Namespace of the tenant that is its node; `nil` is the lab's own.
    public var tenant: String?
    /// The host's side of the veth.
    public var interface: String
    /// The pod's side: `eth0`, where it does not share its namespace.
    public var device: String
    /// Index of `interface` in the node's, or the tenant's, namespace.
    public var ifindex: UInt32
    /// Of the pod's side.
    public var mac: MACAddress
    public var address: IPAddress
    public var ipv6: IPAddress?
    /// In the map, and with the deployment's programs on its interface.
    public var enrolled: Bool
    public var fault: LabFault?

    init(
        name: String, namespace: String? = nil, tenant: String? = nil, interface: String, device: String = "eth0",
        ifindex: UInt32, mac: MACAddress, address: IPAddress, ipv6: IPAddress? = nil, enrolled: Bool = false,
        fault: LabFault? = nil
    ) {
        self.name = name
        self.namespace = namespace ?? name
        self.tenant = tenant
        self.interface = interface
        self.device = device
        self.ifindex = ifindex
        self.mac = mac
        self.address = address
        self.ipv6 = ipv6
        self.enrolled = enrolled
        self.fault = fault
    }

    /// Whether packets to it arrive while the map decides.
    public var isReachable: Bool { fault?.isReachableByMap ?? true }
}
