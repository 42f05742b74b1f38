import FoundationEssentials
import Kernel
import Model

/// A snapshot together with the open namespaces it was read from.
public struct Survey: Sendable {
    public var snapshot: Snapshot
    /// The node's namespace.
    public var node: NetworkNamespace
    public var profile: Profile
    /// Namespaces with legacy programs on hooks, and the node's, which comes first.
    public var namespaces: [NetworkNamespace]
    /// The profile's legacy maps that exist, each with its record.
    public var legacyMaps: [(layout: Profile.LegacyMap, record: MapRecord)]
    /// Maps of the profile, as it names them, that are not there.
    public var missingMaps: [String]
    /// The same maps, open.
    var openMaps: [OpenMap]
    /// Entries of small maps that the profile keeps.
    var keptEntries: [EntryBatch]
    /// Of the neighbor table, over every namespace seen.
    var neighborUse: NetworkReader.NeighborUse

    /// What going over the entries found out about the maps.
    ///
    /// - Parameter isAsked: whether any attached program reads the map with this id.
    mutating func complete(_ result: EntryPass.Result, isAsked: (UInt32) -> Bool) {
        for number in legacyMaps.indices {
            legacyMaps[number].record.entries = result.counts[number]
            legacyMaps[number].record.activity = result.activities[number]
            let record = legacyMaps[number].record
            if let place = snapshot.maps.firstIndex(where: { $0.id == record.id }) { snapshot.maps[place] = record }
            // Where none is read at all, a blocker says so.
            if !isAsked(record.id) && legacyMaps.contains(where: { isAsked($0.record.id) }) {
                snapshot.unobserved.append(
                    Unobserved(
                        what: "entries of map \(record.pin ?? record.name)",
                        why: "no attached program reads it, so the kernel was not asked about them"))
            }
        }
    }

    /// One of ``namespaces``, by what identifies it.
    func namespace(_ identity: NamespaceIdentity) -> NetworkNamespace? {
        namespaces.first { $0.identity == identity }
    }
}

/// Reads everything that a plan rests on; changes nothing.
public struct SnapshotReader {
    private let bpffs: BPFFileSystem
    private let profile: Profile
    private let netnsPath: String?

    /// - Parameter netnsPath: the node's namespace; `nil` is the one this thread is in.
    public init(bpffs: BPFFileSystem, profile: Profile, netnsPath: String?) {
        self.bpffs = bpffs
        self.profile = profile
        self.netnsPath = netnsPath
    }

    /// - Parameters:
    ///   - namespaces: whose routing is read as well, by cookie.
    ///   - behind: hooks of a run that is being installed: where a program of ours is in the place of one of them, packets still
    ///     take the one that was there, and the snapshot says so.
    public func read(routingOf namespaces: Set<UInt64> = [], behind: [Hook] = []) throws(MigrateError) -> Survey {
        guard let machineID = Host.machineID() else {
            throw MigrateError(
                .noMachineID, "cannot read the machine id",
                facts: ["/etc/machine-id is missing or is not 32 hexadecimal digits"],
                remedy: "Make one:  systemd-machine-id-setup; in a container mount the host's /etc/machine-id")
        }
        let node: NetworkNamespace
        if let netnsPath {
            node = try reading("namespace \(netnsPath)") { () throws(KernelError) in
                try NetworkNamespace(path: netnsPath)
            }
        } else {
            node = try reading("the network namespace") { () throws(KernelError) in try NetworkNamespace.current() }
        }
        let identity = NodeIdentity(
            name: Host.nodeName(), machineID: machineID, bootID: Host.bootID(), kernel: Host.kernelRelease(),
            netns: node.identity)
        var snapshot = Snapshot(
            id: Identifier.random(prefix: "s-"), takenAt: Date(), node: identity, profile: profile.name)
        var maps = try MapReader(bpffs: bpffs, profile: profile, node: node).read(into: &snapshot)
        let network = try NetworkReader(node: node).read(into: &snapshot)
        for (index, hook) in snapshot.hooks.enumerated() where hook.program.map(ReplacementObject.isOurs) == true {
            let before = behind.first {
                $0.isSamePlace(as: hook) && $0.attachment?.linkID == hook.attachment?.linkID
            }
            if let before { snapshot.hooks[index] = before }
        }
        try ProgramReader.read(into: &snapshot)
        try OwnerReader(bpffs).complete(&snapshot)
        MapLayouts.read(into: &snapshot)
        let records = Dictionary(snapshot.maps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for index in maps.legacy.indices {
            maps.legacy[index].record = records[maps.legacy[index].record.id] ?? maps.legacy[index].record
        }
        let hooked = Set(HookSorting(snapshot, profile: profile, maps: maps.legacy).legacy.map(\.netns.cookie))
            .union(namespaces)
        let others = network.namespaces.filter {
            $0.identity != node.identity && hooked.contains($0.identity.cookie)
        }
        try RoutingReader.read([node] + others, into: &snapshot)
        return Survey(
            snapshot: snapshot, node: node, profile: profile, namespaces: [node] + others, legacyMaps: maps.legacy,
            missingMaps: maps.missing,
            openMaps: maps.open, keptEntries: maps.kept, neighborUse: network.use)
    }
}
