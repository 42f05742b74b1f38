import Kernel
import Model

/// Reads the profile's maps: the legacy ones with every entry, the others' records.
struct MapReader {
    let bpffs: BPFFileSystem
    let profile: Profile

    func read(
        into snapshot: inout Snapshot
    ) throws(MigrateError) -> [(layout: Profile.LegacyMap, record: MapRecord)] {
        var legacy: [(layout: Profile.LegacyMap, record: MapRecord)] = []
        let pins = Set(bpffs.pins())
        for layout in profile.maps where pins.contains(layout.pin) {
            var (record, entries) = try readEntries(layout)
            record.pin = layout.pin
            record.entries = entries.count
            snapshot.entries += entries
            legacy.append((layout, record))
        }
        guard !legacy.isEmpty else {
            throw MigrateError(
                .notHere, "cannot find the maps of profile \(profile.name)",
                facts: profile.maps.map { "no \(bpffs.path)/\($0.pin)" },
                remedy: "See what is pinned:  bpftool map show pinned")
        }
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

    private func readEntries(_ layout: Profile.LegacyMap) throws(MigrateError) -> (MapRecord, [MapEntry]) {
        let path = bpffs.path + "/" + layout.pin
        let map: BPFMap
        do throws(KernelError) {
            map = try BPFMap(pin: path)
        } catch {
            if error.code == .refused {
                throw MigrateError(
                    .layout, "cannot read map \(path)", facts: [error.description],
                    remedy: "See what is pinned there:  ls -l \(path); bpftool prog show pinned \(path)")
            }
            throw MigrateError(
                error.errno == .notPermitted || error.errno == .permissionDenied ? .needsRoot : .kernelRead,
                "cannot open map \(path)", facts: [error.description],
                remedy: "Run it as root:  sudo migrate preflight")
        }
        if let mismatch = layout.mismatch(with: map.record) {
            throw MigrateError(
                .layout, "cannot read map \(path)", facts: [mismatch],
                remedy: "Look at the map:  bpftool map show pinned \(path); describe it in a profile: --profile FILE")
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
