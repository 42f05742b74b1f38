import FoundationEssentials

/// Everything read from a node at one time, but the entries of its maps: those are as many as there are pods in a cluster,
/// and come by batches (``EntryBatch``).
public struct Snapshot: Codable, Sendable {
    /// `s-` and twelve hexadecimal digits.
    public var id: String
    public var takenAt: Date
    public var node: NodeIdentity
    public var profile: String
    public var namespaces: [NamespaceIdentity]
    public var maps: [MapRecord]
    public var programs: [ProgramRecord]
    public var hooks: [Hook]
    /// Of every namespace; of BPF links the namespace is not known.
    public var filters: [PacketFilter]
    public var links: [Link]
    public var addresses: [InterfaceAddress]
    public var rules: [Rule]
    public var routes: [Route]
    public var neighbors: [Neighbor]
    public var unobserved: [Unobserved]

    public init(
        id: String, takenAt: Date, node: NodeIdentity, profile: String, namespaces: [NamespaceIdentity] = [],
        maps: [MapRecord] = [], programs: [ProgramRecord] = [], hooks: [Hook] = [], filters: [PacketFilter] = [],
        links: [Link] = [], addresses: [InterfaceAddress] = [], rules: [Rule] = [], routes: [Route] = [],
        neighbors: [Neighbor] = [], unobserved: [Unobserved] = []
    ) {
        self.id = id
        self.takenAt = takenAt
        self.node = node
        self.profile = profile
        self.namespaces = namespaces
        self.maps = maps
        self.programs = programs
        self.hooks = hooks
        self.filters = filters
        self.links = links
        self.addresses = addresses
        self.rules = rules
        self.routes = routes
        self.neighbors = neighbors
        self.unobserved = unobserved
    }
}
