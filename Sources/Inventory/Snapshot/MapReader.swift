import Kernel
import Model

/// Reads the profile's maps: the legacy ones with every entry, the others' records.
struct MapReader {
    let bpffs: BPFFileSystem
    let profile: Profile
    let node: NetworkNamespace

    func read(
        into snapshot: inout Snapshot
    ) throws(MigrateError) -> [(layout: Profile.LegacyMap, record: MapRecord)] {
        var legacy: [(layout: Profile.LegacyMap, record: MapRecord)] = []
        let pins = Set(bpffs.pins())
        for found in try MapFinder(bpffs: bpffs, profile: profile, node: node).find() {
            var (record, entries) = try readEntries(found)
            record.pin = found.pin
            record.entries = entries.count
            snapshot.entries += entries
            legacy.append((found.layout, record))
        }
        let holders = Holders.ofMaps(Set(legacy.map(\.record.id)))
        for index in legacy.indices { legacy[index].record.holders = holders[legacy[index].record.id] ?? [] }
        snapshot.maps += legacy.map(\.record)
        for pin in profile.keep.compactMap(\.pin) where pins.contains(pin) {
            snapshot.maps.append(try readKept(pin, into: &snapshot.entries))
        }
        return legacy
    }

    /// Raw bytes only: the profile does not say what is in them.
    private func readKept(_ pin: String, into entries: inout [MapEntry]) throws(MigrateError) -> MapRecord {
        let path = bpffs.path + "/" + pin
        return try reading("map \(path)") { () throws(KernelError) in
            let map = try BPFMap(pin: path)
            var record = map.record
            record.pin = pin
            // What the profile does not describe is kept for the record only where it is small and simple.
            guard map.isPlain, UInt64(record.maxEntries) * UInt64(record.valueSize + record.keySize) <= 1 << 20 else {
                return record
            }
            let read = try map.entries()
            entries += read
            record.entries = read.count
            return record
        }
    }

    private func readEntries(_ found: FoundMap) throws(MigrateError) -> (MapRecord, [MapEntry]) {
        let path = found.subject
        let map: BPFMap
        do throws(KernelError) {
            map = try BPFMap(id: found.id)
        } catch {
            throw MigrateError(
                error.errno == .notPermitted || error.errno == .permissionDenied ? .needsRoot : .kernelRead,
                "cannot open map \(path)", facts: [error.description],
                remedy: "Run it as root:  sudo migrate preflight")
        }
        if let mismatch = found.layout.mismatch(with: map.record) {
            throw MigrateError(
                .layout, "cannot read map \(path)", facts: [mismatch],
                remedy:
                    "Look at the map:  bpftool map show id \(found.id); describe it in a profile: migrate discover --map \(found.id)"
            )
        }
        let read: [MapEntry]
        do throws(KernelError) {
            read = try map.entries()
        } catch {
            throw MigrateError(.kernelRead, "cannot read entries of \(path)", facts: [error.description])
        }
        // A key that moved while the map was read comes twice; the later value is the newer one.
        var newest: [[UInt8]: Int] = [:]
        for (index, entry) in read.enumerated() { newest[entry.key] = index }
        return (map.record, newest.count == read.count ? read : newest.values.sorted().map { read[$0] })
    }
}
