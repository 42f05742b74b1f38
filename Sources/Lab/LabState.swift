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
    public var gateway: LabPod?
    public var proxy: LabPod?
    /// Healthy ones, then `plain`, then one per fault.
    public var pods: [LabPod] = []
    /// What the keeper put into `app_info`.
    public var entries: [LabMapEntry] = []
    public var programs: [Object] = []
    public var maps: [Object] = []

    init(options: LabOptions, keeper: ProcessIdentity, mountNamespace: UInt64) {
        self.options = options
        self.keeper = keeper
        self.mountNamespace = mountNamespace
        self.address = LabAddresses.node
    }
}
