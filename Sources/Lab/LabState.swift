import Model

/// What a lab consists of; written to its state file.
public struct LabState: Codable, Hashable, Sendable {
    /// A kernel object of the deployment.
    public struct Object: Codable, Hashable, Sendable {
        public var name: String
        public var id: UInt32
    }

    public var formatVersion = "1.0"
    public var kind = "lab"
    public var options: LabOptions
    /// The process that holds the lab, and plays the deployment's agent.
    public var keeper: ProcessIdentity
    /// Inode of the keeper's mount namespace: who else is inside is found by it.
    public var mountNamespace: UInt64
    /// `false` while it is being built.
    public var ready = false
    /// The node's own IPv4 address, towards the gateway.
    public var address: IPAddress
    /// One for each tenant, or the node's own.
    public var gateways: [LabPod] = []
    /// Only where the family has one.
    public var proxy: LabPod?
    /// Healthy ones, then `plain`, then one per fault; tenant by tenant.
    public var pods: [LabPod] = []
    /// What the keeper put into the maps.
    public var entries: [LabMapEntry] = []
    public var programs: [Object] = []
    public var maps: [Object] = []

    init(options: LabOptions, keeper: ProcessIdentity, mountNamespace: UInt64) {
        self.options = options
        self.keeper = keeper
        self.mountNamespace = mountNamespace
        self.address = LabAddresses.node
    }

    public var gateway: LabPod? { gateways.first }
    /// Names of the namespaces that play nodes; empty where the lab's own does.
    public var tenants: [String] { gateways.compactMap(\.tenant) }
}
