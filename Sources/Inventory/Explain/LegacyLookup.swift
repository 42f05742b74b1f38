import Kernel
import Model

/// What one legacy map holds for an address.
///
/// Asked twice: for the key as `legacy-keys` spells it, which is what the kernel itself would find, and by going over all
/// keys, since a key may hold more than the address.
struct LegacyLookup {
    /// Its place among the survey's legacy maps.
    let map: Int
    let layout: Profile.LegacyMap
    let record: MapRecord
    let key: [UInt8]
    /// The key's value, by which an LPM trie's longest prefix answers, too.
    let isKey: Bool
    let entries: [(entry: MapEntry, target: LegacyTarget)]
    let total: Int

    /// Every legacy map of the address's family.
    static func all(_ address: IPAddress, in survey: Survey) throws(MigrateError) -> [LegacyLookup] {
        var found: [LegacyLookup] = []
        for (number, map) in survey.legacyMaps.enumerated() {
            guard let key = map.layout.key.key(of: address, isTrie: map.record.isTrie) else { continue }
            let answer = try reading("map \(map.record.title)") { () throws(KernelError) in
                try LegacyLookup(
                    address, key: key, number: number, layout: map.layout, record: map.record,
                    map: survey.openMaps[number].map)
            }
            found.append(answer)
        }
        return found
    }

    private init(
        _ address: IPAddress, key: [UInt8], number: Int, layout: Profile.LegacyMap, record: MapRecord,
        map: borrowing BPFMap
    ) throws(KernelError) {
        var found: [(MapEntry, LegacyTarget)] = []
        var total = 0
        try map.forEachBatch { batch in
            total += batch.count
            for (index, target) in layout.decode(batch).enumerated() {
                if let target, target.address == address { found.append((batch[index], target)) }
            }
            return true
        }
        let value = try map.value(of: key)
        if let value, !found.contains(where: { $0.0.key == key }) {
            let entry = MapEntry(mapID: record.id, key: key, value: value)
            if let target = layout.decode(entry) { found.append((entry, target)) }
        }
        // The one that is found by the plain key first: no other is sure to be what the program asks for.
        entries = found.filter { $0.0.key == key } + found.filter { $0.0.key != key }
        self.map = number
        self.layout = layout
        self.record = record
        self.key = key
        isKey = value != nil
        self.total = total
    }

    func answer(_ points: EndPoints, readBy: [String]) -> ExplanationDocument.MapAnswer {
        .init(
            id: record.id, name: record.name, pin: record.pin, type: record.typeName, entriesTotal: total,
            key: key.hex, isKey: isKey,
            entries: entries.map { entry, target in
                .init(
                    key: entry.key.hex, value: entry.value.hex, ifindex: target.ifindex, mac: target.mac,
                    sourceMAC: target.sourceMAC, macHolders: points.having(target.mac))
            }, readBy: readBy)
    }
}
