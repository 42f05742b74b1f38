import Kernel
import Model

/// A legacy map that is there: by its pin, or by its id where it was found by name.
struct FoundMap {
    var layout: Profile.LegacyMap
    /// Relative to the bpffs.
    var pin: String?
    var id: UInt32
    /// As messages and commands name it.
    var subject: String
}

/// Finds the maps that a profile means: by pins, by patterns of pins, or by the kernel's names.
struct MapFinder {
    let bpffs: BPFFileSystem
    let profile: Profile
    /// Where the legacy programs are attached.
    let node: NetworkNamespace

    /// In the order of the profile, then of pins or ids; each map once.
    /// - Returns: the maps, and what of the profile none was found for.
    func find() throws(MigrateError) -> (maps: [FoundMap], missing: [String]) {
        let pins = bpffs.pins()
        var found: [FoundMap] = []
        var missing: [String] = []
        var ids: Set<UInt32> = []
        for layout in profile.maps {
            let more = layout.name == nil ? try pinned(layout, pins) : try named(layout)
            if more.isEmpty { missing.append(layout.title) }
            for map in more where ids.insert(map.id).inserted { found.append(map) }
        }
        guard !found.isEmpty else {
            throw MigrateError(
                .notHere, "cannot find the maps of profile \(profile.name)",
                facts: profile.maps.map { $0.pin.map { "no \(bpffs.path)/\($0)" } ?? "no map named \($0.title)" },
                remedy: "See what is there:  migrate discover")
        }
        return (found, missing)
    }

    private func pinned(_ layout: Profile.LegacyMap, _ pins: [String]) throws(MigrateError) -> [FoundMap] {
        let pattern = PinPattern(layout.title)
        var found: [FoundMap] = []
        for pin in pattern.matches(among: pins) {
            let path = bpffs.path + "/" + pin
            do throws(KernelError) {
                let id = try BPFMap(pin: path).record.id
                found.append(FoundMap(layout: layout, pin: pin, id: id, subject: path))
            } catch {
                // A pattern takes what fits; what is named outright must be a map.
                if error.code == .refused, pattern.isGlob { continue }
                throw Self.failure(error, path)
            }
        }
        return found
    }

    private static func failure(_ error: KernelError, _ path: String) -> MigrateError {
        if error.code == .refused {
            return MigrateError(
                .layout, "cannot read map \(path)", facts: [error.description],
                remedy: "See what is pinned there:  ls -l \(path.shellWord); bpftool prog show pinned \(path.shellWord)"
            )
        }
        let isRights = error.lacksRight
        return MigrateError(
            isRights ? .needsRoot : .kernelRead, "cannot open map \(path)", facts: [error.description],
            remedy: "Run it as root:  sudo migrate preflight")
    }

    /// Every map of that name whose sizes fit. A machine may hold several nodes, as kind does: where some of the maps are
    /// used by programs attached in this node's namespace, those are meant.
    private func named(_ layout: Profile.LegacyMap) throws(MigrateError) -> [FoundMap] {
        let name = String(layout.title.prefix(15))
        var records: [MapRecord] = []
        for id in try reading("BPF maps", { () throws(KernelError) in try BPFMap.ids() }) {
            // One that went away meanwhile is no map any more.
            guard let record = try? BPFMap(id: id).record, record.name == name else { continue }
            records.append(record)
        }
        // Others may use the name for something else; where nothing fits, the reader says what differs.
        let fitting = records.filter { layout.mismatch(with: $0) == nil }
        if !fitting.isEmpty { records = fitting }
        if records.count > 1 {
            let used = try mapsInUse()
            let ours = records.filter { used.contains($0.id) }
            if !ours.isEmpty { records = ours }
        }
        return records.map { FoundMap(layout: layout, pin: nil, id: $0.id, subject: "map \($0.name) (id \($0.id))") }
    }

    /// Ids of the maps that programs attached in the node's namespace use.
    private func mapsInUse() throws(MigrateError) -> Set<UInt32> {
        let hooks = try reading("hooks") { () throws(KernelError) in try HookReader.hooks(in: node) }
        var used: Set<UInt32> = []
        for id in Set(hooks.compactMap(\.program?.id)) {
            used.formUnion((try? BPFProgram(id: id).record.mapIDs) ?? [])
        }
        return used
    }
}

extension Profile {
    /// Whether one of its maps is pinned.
    public func isPinned(among pins: [String]) -> Bool {
        maps.contains { map in map.pin.map { !PinPattern($0).matches(among: pins).isEmpty } ?? false }
    }
}
