import FoundationEssentials
import Kernel
import Model

/// Looks through every map of the machine for the pattern "address → interface index and MAC". Changes nothing.
public struct Discoverer {
    private let bpffs: BPFFileSystem?
    private let netnsPath: String?

    /// - Parameters:
    ///   - bpffs: `nil` where none is mounted: maps are found by their names then.
    ///   - netnsPath: the node's namespace; `nil` is the one this thread is in.
    public init(bpffs: BPFFileSystem?, netnsPath: String?) {
        self.bpffs = bpffs
        self.netnsPath = netnsPath
    }

    /// - Parameters:
    ///   - map: only candidates with this map, by id, name or pin.
    ///   - minConfidence: percent; candidates below are listed apart.
    public func discover(map: String?, minConfidence: Int) throws(MigrateError) -> DiscoveryDocument {
        var (snapshot, namespaces) = try readNetwork()
        let looks = try MapLook.all(bpffs: bpffs, unobserved: &snapshot.unobserved)
        snapshot.maps = looks.filter { $0.unfit == nil }.map(\.record)
        try ProgramReader.read(into: &snapshot)
        let holders = Holders()
        snapshot.unobserved += holders.unobserved
        RoutingReader.readWhatCanBe(namespaces.filter { Self.counts($0, in: snapshot) }, into: &snapshot)
        let builder = CandidateBuilder(
            snapshot: snapshot, holders: holders.maps, replaced: bpffs.map { ReplacedPrograms($0) } ?? .init(),
            builtIn: (try? BuiltInProfiles.all()) ?? [])
        var facts: [Set<UInt64>: NodeFacts] = [:]

        var others: [DiscoveryDocument.Other] = []
        var found: [FoundGroup] = []
        for group in MapGroup.make(looks.filter { $0.unfit == nil }) {
            let places = builder.places(of: group.ids)
            let here = facts[places] ?? NodeFacts(snapshot, namespaces: places)
            facts[places] = here
            switch judge(group, here, builder) {
            case .success(let finding): found.append(finding)
            case .failure(let why):
                others += group.looks.map { .init(map: $0.record, why: why.text, samples: $0.shown(3)) }
            }
        }
        for look in looks {
            if let why = look.unfit { others.append(.init(map: look.record, why: why, samples: look.shown(3))) }
        }
        let chosen = try builder.candidates(found).filter { candidate in
            map.map { Self.names($0, candidate) } ?? true
        }
        let sorted = chosen.sorted { ($1.confidence, $0.title) < ($0.confidence, $1.title) }
        return DiscoveryDocument(
            node: Host.nodeName(), rule: Confidence.rule, candidates: sorted.filter { $0.confidence >= minConfidence },
            unlikely: sorted.filter { $0.confidence < minConfidence },
            others: others.sorted { $0.map.id < $1.map.id }.filter { other in
                map.map { Self.names($0, other.map) } ?? true
            },
            unobserved: snapshot.unobserved)
    }

    private func readNetwork() throws(MigrateError) -> (Snapshot, [NetworkNamespace]) {
        let node =
            if let netnsPath {
                try reading("namespace \(netnsPath)") { () throws(KernelError) in
                    try NetworkNamespace(path: netnsPath)
                }
            } else {
                try reading("the network namespace") { () throws(KernelError) in try NetworkNamespace.current() }
            }
        let identity = NodeIdentity(
            name: Host.nodeName(), machineID: Host.machineID() ?? "", bootID: Host.bootID(),
            kernel: Host.kernelRelease(), netns: node.identity)
        var snapshot = Snapshot(id: "", takenAt: Date(), node: identity, profile: "")
        let namespaces = try NetworkReader(node: node).read(into: &snapshot).namespaces
        return (snapshot, namespaces)
    }

    /// Whether what is routed there may bear entries out: in the node's namespace, and where programs read such a map.
    private static func counts(_ namespace: NetworkNamespace, in snapshot: Snapshot) -> Bool {
        let programs = Set(snapshot.programs.filter { !$0.mapIDs.isEmpty }.map(\.id))
        return namespace.identity == snapshot.node.netns
            || snapshot.hooks.contains { hook in
                hook.netns == namespace.identity && hook.program.map { programs.contains($0.id) } == true
            }
    }

    /// Why a map is no candidate.
    private struct Refusal: Error { var text: String }

    private func judge(
        _ group: MapGroup, _ facts: NodeFacts, _ builder: CandidateBuilder
    ) -> Result<FoundGroup, Refusal> {
        let record = group.record
        let search = LayoutSearch(
            facts: facts, entries: group.samples, keySize: Int(record.keySize), valueSize: Int(record.valueSize),
            layout: record.layout)
        guard let best = search.best() else {
            return .failure(
                Refusal(
                    text: group.samples.isEmpty
                        ? "it is empty, and its types do not say address, interface index and MAC"
                        : "no entry is a known address with the interface and the MAC that lead to it"))
        }
        if record.type == 11 {
            return .failure(
                Refusal(text: "it fits, but is an lpm_trie, and this version migrates hash and lru_hash maps"))
        }
        let hooks = builder.hooks(reading: group.ids)
        let replacedBy = builder.run(replacing: group.ids)
        if group.pin == nil, !hooks.isEmpty, !hooks.contains(where: builder.isNear) {
            return .failure(Refusal(text: "its readers are attached in namespaces that are not this node's"))
        }
        return .success(FoundGroup(group: group, result: best, hooks: hooks, replacedBy: replacedBy))
    }

    private static func names(_ text: String, _ candidate: DiscoveryDocument.Candidate) -> Bool {
        candidate.findings.contains { finding in
            finding.layout.title == text || finding.maps.contains { names(text, $0) }
        }
    }

    private static func names(_ text: String, _ map: MapRecord) -> Bool {
        text == map.pin || text == map.name || text == String(map.id)
    }
}

/// A group of maps with the layout that was found, and who reads it.
struct FoundGroup {
    var group: MapGroup
    var result: LayoutSearch.Result
    var hooks: [Hook]
    /// The run that replaced its readers, if one did.
    var replacedBy: String?

    var layout: ProfileDraft.Map {
        let record = group.record
        return ProfileDraft.Map(
            pin: group.pin?.text, name: group.pin == nil ? record.name : nil, keySize: record.keySize,
            addressOffset: UInt32(result.address.offset), family: result.address.family,
            byteOrder: result.address.order, valueSize: record.valueSize, ifindexOffset: UInt32(result.index.offset),
            ifindexWidth: UInt32(result.index.width), destinationMACOffset: UInt32(result.mac.offset),
            sourceMACOffset: result.sourceMAC.map { UInt32($0) })
    }
}
