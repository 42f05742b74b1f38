import Kernel
import Model

/// A map that stays readable for as long as this object lives, whatever happens to its pin.
public final class OpenMap: Sendable {
    let map: BPFMap
    init(_ map: consuming BPFMap) { self.map = map }
}

/// Opens the profile's maps. The legacy ones' entries are read by ``EntryPass``, as they are judged.
struct MapReader {
    let bpffs: BPFFileSystem
    let profile: Profile
    let node: NetworkNamespace

    /// What was found.
    struct Found {
        var legacy: [(layout: Profile.LegacyMap, record: MapRecord)] = []
        /// The legacy maps, in the same order.
        var open: [OpenMap] = []
        /// Maps of the profile, as it names them, that are not there.
        var missing: [String] = []
        /// Entries of small maps that the profile keeps.
        var kept: [EntryBatch] = []
    }

    func read(into snapshot: inout Snapshot) throws(MigrateError) -> Found {
        var found = Found()
        let pins = Set(bpffs.pins())
        let there = try MapFinder(bpffs: bpffs, profile: profile, node: node).find()
        found.missing = there.missing
        for map in there.maps {
            let open = try open(map)
            var record = open.map.record
            record.pin = map.pin
            found.legacy.append((map.layout, record))
            found.open.append(open)
        }
        snapshot.maps += found.legacy.map(\.record)
        for pin in pins.sorted() {
            guard let pattern = profile.keeps(pin: pin)?.pin.map(PinPattern.init) else { continue }
            try readKept(pin, isNamed: !pattern.isGlob, into: &snapshot, &found.kept)
        }
        return found
    }

    /// Raw bytes only: the profile does not say what is in them. A map that is known already is not read again.
    /// - Parameter isNamed: by its whole path; what only fits a pattern need not be a map.
    private func readKept(
        _ pin: String, isNamed: Bool, into snapshot: inout Snapshot, _ kept: inout [EntryBatch]
    ) throws(MigrateError) {
        let path = bpffs.path + "/" + pin
        let known = Set(snapshot.maps.map(\.id))
        let record = try reading("map \(path)") { () throws(KernelError) -> MapRecord? in
            let map: BPFMap
            do throws(KernelError) { map = try BPFMap(pin: path) } catch {
                if error.code == .refused, !isNamed { return nil }
                throw error
            }
            var record = map.record
            guard !known.contains(record.id) else { return nil }
            record.pin = pin
            // What the profile does not describe is kept for the record only where it is small and simple.
            guard map.isPlain, UInt64(record.maxEntries) * UInt64(record.valueSize + record.keySize) <= 1 << 20 else {
                return record
            }
            try map.forEachBatch { batch in
                kept.append(batch)
                record.entries += batch.count
                return true
            }
            return record
        }
        if let record { snapshot.maps.append(record) }
    }

    private func open(_ found: FoundMap) throws(MigrateError) -> OpenMap {
        let path = found.subject
        let map: BPFMap
        do throws(KernelError) {
            map = try BPFMap(id: found.id)
        } catch {
            throw MigrateError(
                error.lacksRight ? .needsRoot : .kernelRead,
                "cannot open map \(path)", facts: [error.description],
                remedy: "Run it as root:  sudo migrate preflight")
        }
        if let mismatch = found.layout.mismatch(with: map.record) {
            throw MigrateError(
                .layout, "cannot read map \(path)", facts: [mismatch],
                remedy:
                    "Look at the map:  bpftool map show id \(found.id); describe it in a profile:  migrate discover --map \(found.id)"
            )
        }
        return OpenMap(map)
    }
}
