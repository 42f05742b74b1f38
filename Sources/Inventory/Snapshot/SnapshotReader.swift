import FoundationEssentials
import Kernel
import Model

/// A snapshot together with the open namespaces it was read from.
public struct Survey: Sendable {
    public var snapshot: Snapshot
    /// The node's namespace.
    public var node: NetworkNamespace
    public var profile: Profile
    /// The profile's legacy maps that exist, each with its record.
    public var legacyMaps: [(layout: Profile.LegacyMap, record: MapRecord)]
    /// Of the neighbor table, over every namespace seen.
    var neighborUse: NetworkReader.NeighborUse
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

    public func read() throws(MigrateError) -> Survey {
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
        let maps = try MapReader(bpffs: bpffs, profile: profile, node: node).read(into: &snapshot)
        let use = try NetworkReader(node: node).read(into: &snapshot)
        try ProgramReader.read(into: &snapshot)
        MapLayouts.read(into: &snapshot)
        return Survey(snapshot: snapshot, node: node, profile: profile, legacyMaps: maps, neighborUse: use)
    }
}
