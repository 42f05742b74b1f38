import Kernel
import Model

/// Makes candidates of what was found: follows maps to programs and hooks, puts maps of the same programs together,
/// and writes the profile.
struct CandidateBuilder {
    let snapshot: Snapshot
    let holders: [UInt32: [MapRecord.Process]]
    let replaced: ReplacedPrograms
    let builtIn: [Profile]
    private let readers: [UInt32: Set<UInt32>]
    private let nearby: Set<UInt64>

    init(
        snapshot: Snapshot, holders: [UInt32: [MapRecord.Process]], replaced: ReplacedPrograms, builtIn: [Profile]
    ) {
        self.snapshot = snapshot
        self.holders = holders
        self.replaced = replaced
        self.builtIn = builtIn
        var readers: [UInt32: Set<UInt32>] = [:]
        for program in snapshot.programs
        where !ReplacementObject.isOurs(program.reference) && !ShadowObject.isShadow(program.reference) {
            for map in program.mapIDs { readers[map, default: []].insert(program.id) }
        }
        self.readers = readers
        let node = snapshot.node.netns.cookie
        nearby = Set(snapshot.links.filter { $0.netns == node }.compactMap(\.peerNetns)).union([node])
    }

    /// Programs that use one of the maps, attached or not, without this program's own.
    func programs(reading maps: Set<UInt32>) -> Set<UInt32> {
        maps.reduce(into: []) { $0.formUnion(readers[$1] ?? []) }
    }

    func hooks(reading maps: Set<UInt32>) -> [Hook] {
        let programs = programs(reading: maps)
        return snapshot.hooks.filter { $0.program.map { programs.contains($0.id) } ?? false }
    }

    /// The run that replaced the programs that read these maps, if one did.
    func run(replacing maps: Set<UInt32>) -> String? { replaced.run(programs(reading: maps)) }

    /// Hooks that hold this program's replacement.
    private var ours: [Hook] { snapshot.hooks.filter { $0.program.map(ReplacementObject.isOurs) ?? false } }

    /// Cookies of the namespaces in which the entries of these maps mean something: where their readers are attached, or
    /// what took their place; the node's where nobody reads them.
    func places(of maps: Set<UInt32>) -> Set<UInt64> {
        var hooks = hooks(reading: maps)
        if run(replacing: maps) != nil { hooks += ours }
        return hooks.isEmpty ? [snapshot.node.netns.cookie] : Set(hooks.map(\.netns.cookie))
    }

    /// Whether a hook is in the node's namespace or in one that a veth of the node's leads to.
    func isNear(_ hook: Hook) -> Bool { nearby.contains(hook.netns.cookie) }

    /// Groups that share a program are one deployment: replacing the program retires all of its maps.
    func candidates(_ groups: [FoundGroup]) throws(MigrateError) -> [DiscoveryDocument.Candidate] {
        var clusters: [(programs: Set<UInt32>, groups: [FoundGroup])] = []
        for group in groups {
            var merged = (programs: programs(reading: group.group.ids), groups: [group])
            for index in clusters.indices.reversed() where !clusters[index].programs.isDisjoint(with: merged.programs) {
                let other = clusters.remove(at: index)
                merged = (other.programs.union(merged.programs), other.groups + merged.groups)
            }
            clusters.append(merged)
        }
        var found: [DiscoveryDocument.Candidate] = []
        for cluster in clusters { found.append(try candidate(cluster.groups)) }
        return found
    }

    private func candidate(_ groups: [FoundGroup]) throws(MigrateError) -> DiscoveryDocument.Candidate {
        let findings = groups.map(finding)
        let hooks = groups.flatMap(\.hooks).reduce(into: [Hook]()) { found, hook in
            if !found.contains(where: { $0.isSamePlace(as: hook) && $0.program == hook.program }) { found.append(hook) }
        }
        let known = builtIn.first { profile in
            findings.allSatisfy { finding in finding.maps.allSatisfy { Self.fits(profile, $0) } }
        }
        let hints = ContractHints.read(programs: known == nil ? Set(hooks.compactMap(\.program?.id)) : [])
        let replacedBy = groups.lazy.compactMap(\.replacedBy).first
        let draft = self.draft(groups, replacedBy == nil ? hooks : hooks + ours, hints)
        let profile = known ?? draft.profile
        let evidence = EvidenceText(
            findings: findings, hooks: hooks, replacedBy: replacedBy, builtIn: known?.name, rule: Confidence.rule,
            node: snapshot.node.netns)
        let yaml: String
        do {
            yaml = try ProfileYAML.text(
                profile, head: evidence.head(), notes: known == nil ? evidence.notes(draft, hints) : [:])
        } catch { throw MigrateError(.bug, "cannot write a profile", facts: ["\(error)"]) }
        return DiscoveryDocument.Candidate(
            confidence: findings.map(\.confidence).min() ?? 0, builtIn: known?.name, replacedBy: replacedBy,
            findings: findings,
            hooks: hooks.map {
                .init($0, action: .replace, why: "reads \(findings.map(\.layout.title).joined(separator: ", "))")
            },
            profile: profile, yaml: yaml)
    }

    private static func fits(_ profile: Profile, _ map: MapRecord) -> Bool {
        profile.maps.contains { layout in
            guard let pin = map.pin, let pattern = layout.pin else { return false }
            return PinPattern(pattern).matches(pin) && layout.mismatch(with: map) == nil
        }
    }

    private func finding(_ found: FoundGroup) -> DiscoveryDocument.MapFinding {
        let layout = found.layout.legacyMap
        let records = found.group.looks.map { look in
            var record = look.record
            record.holders = holders[record.id] ?? []
            return record
        }
        return DiscoveryDocument.MapFinding(
            maps: records, layout: layout, evidence: found.result.evidence,
            confidence: Confidence.percent(
                found.result.evidence, isUnread: isUnread(found), hasTwoAddresses: found.result.second != nil),
            samples: MapLook.shown(found.group.samples, found.group.record, 5), notes: notes(found))
    }

    private func isUnread(_ found: FoundGroup) -> Bool { found.hooks.isEmpty && found.replacedBy == nil }

    private func notes(_ found: FoundGroup) -> [String] {
        var notes: [String] = []
        let samples = found.group.samples
        if let second = found.result.second { notes.append(second.note(entries: samples.count)) }
        if isUnread(found) {
            notes.append("no attached program reads the map: nothing redirects by it, whatever its entries say")
        }
        let address = found.result.address
        let inside = address.offset..<address.offset + address.family.byteCount
        for offset in 0..<Int(found.group.record.keySize) where !inside.contains(offset) {
            let values = Set(samples.map { $0.key[offset] })
            if values == [0] || values.isEmpty { continue }
            notes.append(
                "the key holds more than the address (byte \(offset) is not always zero): membership legacy-keys cannot ask it"
            )
            break
        }
        for (index, live) in found.result.otherIndexes {
            notes.append(
                "at \(index.offset) another interface index: \(live) are live; the one chosen leads to the address")
        }
        if samples.isEmpty {
            notes.append("the map is empty: types and names alone say this, no entry could be checked")
        }
        for look in found.group.looks where look.pins.count > 1 {
            notes.append("map \(look.record.id) is also pinned as \(look.pins.dropFirst().joined(separator: ", "))")
        }
        return notes
    }

    private func draft(_ groups: [FoundGroup], _ hooks: [Hook], _ hints: ContractHints) -> ProfileDraft {
        let place = Self.usualPlace(hooks.filter(isNear).isEmpty ? hooks : hooks.filter(isNear))
        let maps = groups.map(\.layout)
        let ids = groups.reduce(into: Set<UInt32>()) { $0.formUnion($1.group.ids) }
        let writers = Set(ids.flatMap { holders[$0] ?? [] }.filter { $0.writable != false }.map(\.command)).sorted()
        return ProfileDraft(
            name: Self.name(of: maps.first?.pin ?? maps.first?.name ?? ""),
            summary: "proposed by migrate discover on \(snapshot.node.name)", maps: maps, kind: place.kind,
            direction: place.direction, writers: writers, mark: hints.mark, controlBlock: hints.controlBlock)
    }

    /// Where most of the readers are.
    private static func usualPlace(_ hooks: [Hook]) -> (kind: HookKind, direction: HookDirection) {
        let counted = Dictionary(grouping: hooks) { "\($0.direction.rawValue) \($0.kind.rawValue)" }
        let most = counted.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
        return most?.value.first.map { ($0.kind, $0.direction) } ?? (.clsact, .ingress)
    }

    /// `fabric/*/endpoints` → `fabric-endpoints`.
    private static func name(of title: String) -> String {
        let letters = title.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? Character($0.lowercased()) : "-" }
        let words = String(letters).split(separator: "-")
        return words.isEmpty ? "discovered" : words.joined(separator: "-")
    }
}
