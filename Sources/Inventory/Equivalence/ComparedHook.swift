import Kernel
import Model

/// A hook at which both programs are run, and what they are run on.
public struct ComparedHook: Sendable {
    /// As the plan names it.
    public var title: String
    public var namespace: NetworkNamespace
    public var ifindex: UInt32
    /// Id of the legacy program.
    public var program: UInt32
    /// What packets come from.
    public var sources: [AddressFamily: IPAddress]
    /// Destinations; the ones marked get every kind of packet.
    public var targets: [(target: PacketTarget, thorough: Bool)]
    /// Ids of the profile's maps: the legacy program may use these, and they are compared before and after.
    public var knownMaps: Set<UInt32>
    /// Families whose source MAC the legacy program writes.
    public var rewritesSource: Set<AddressFamily>
    /// For membership `enrolled`: the interfaces of this namespace with a member behind them.
    public var members: [UInt32]
    /// Who else may send.
    public var otherSources: [IPAddress] = []
    /// Whether no hook before it has the same program: the maps are watched there.
    public var isFirst = true

    public init(
        title: String, namespace: NetworkNamespace, ifindex: UInt32, program: UInt32,
        sources: [AddressFamily: IPAddress], targets: [(target: PacketTarget, thorough: Bool)], knownMaps: Set<UInt32>,
        rewritesSource: Set<AddressFamily>, members: [UInt32] = []
    ) {
        self.title = title
        self.namespace = namespace
        self.ifindex = ifindex
        self.program = program
        self.sources = sources
        self.targets = targets
        self.knownMaps = knownMaps
        self.rewritesSource = rewritesSource
        self.members = members
    }
}
