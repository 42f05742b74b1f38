import FoundationEssentials
import Kernel
import Model

/// What a change has bought by now, read from the node: which objects the kernel has let go, and how the maps went on changing.
public enum GainNow {
    /// Maps with more entries than this are not compared: both sides are held in memory.
    public static let entryLimit = 200_000

    public static func look(_ gain: inout Gain) {
        gain.lookedAt = Date()
        for index in gain.objects.indices {
            let object = gain.objects[index]
            gain.objects[index].isLoaded =
                object.kind == .program ? BPFProgram.exists(id: object.id) : BPFMap.exists(id: object.id)
        }
    }

    /// The map as it is against what a snapshot holds of it.
    ///
    /// - Parameter sinceNs: when the snapshot was taken, by ``BootClock``, or before that.
    /// - Returns: `nil` where the map cannot be read, or has too many entries.
    public static func updates(
        _ map: MapRecord, entries: [MapEntry], sinceNs: UInt64
    ) -> Gain.Updates? {
        guard entries.count <= entryLimit, let open = try? BPFMap(id: map.id),
            open.record.maxEntries <= 4 * UInt32(entryLimit)
        else { return nil }
        var left: [[UInt8]: [UInt8]] = [:]
        for entry in entries where entry.mapID == map.id { left[entry.key] = entry.value }
        var changed = 0
        // A key may come twice in a map that changes meanwhile.
        var met: Set<[UInt8]> = []
        do {
            try open.forEachBatch { batch in
                for entry in batch.entries where met.insert(entry.key).inserted {
                    if left.removeValue(forKey: entry.key) != entry.value { changed += 1 }
                }
                return met.count <= entryLimit
            }
        } catch { return nil }
        let now = BootClock.now()
        guard met.count <= entryLimit, now > sinceNs else { return nil }
        return Gain.Updates(
            mapID: map.id, map: map.title, method: .snapshotAndNow, intervalMs: Int((now - sinceNs) / 1_000_000),
            keysChanged: changed + left.count, note: "a key that changed several times counts once")
    }
}
