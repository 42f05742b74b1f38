import Kernel
import Model

/// Whether the keys of the legacy maps are what the migration takes them for: each one destination, and, under
/// `legacy-keys`, spelt as the replacement spells it.
struct KeyCheck {
    private let membership: Membership
    private let maps: [UInt32: (layout: Profile.LegacyMap, record: MapRecord)]
    private var networks = Tally()
    private var remainders = Tally()

    /// How many, and the first one in words.
    private struct Tally {
        var count = 0
        var first = ""

        mutating func add(_ words: @autoclosure () -> String) {
            if count == 0 { first = words() }
            count += 1
        }
    }

    init(_ maps: [(layout: Profile.LegacyMap, record: MapRecord)], membership: Membership) {
        self.membership = membership
        self.maps = Dictionary(maps.map { ($0.record.id, $0) }, uniquingKeysWith: { $1 })
    }

    /// Takes account of one entry.
    mutating func look(at entry: MapEntry) {
        guard let (layout, record) = maps[entry.mapID], let target = layout.decode(entry) else { return }
        let key = layout.key
        if record.isTrie, Profile.KeyLayout.prefixLength(of: entry.key) != key.hostPrefixLength {
            networks.add(
                "\(layout.pin): \(target.address) has \(Profile.KeyLayout.prefixLength(of: entry.key)) of \(key.hostPrefixLength) bits"
            )
        } else if membership == .legacyKeys, key.key(of: target.address, isTrie: record.isTrie) != entry.key {
            remainders.add("\(layout.pin): \(target.address) has key \(entry.key.hex)")
        }
    }

    var blockers: [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if networks.count > 0 {
            found.append(
                .init(
                    .networkPrefixes, "\(networks.count) entries stand for networks; \(networks.first)",
                    remedy: "Give each destination an entry of its own, or leave this deployment as it is."))
        }
        if remainders.count > 0 {
            found.append(
                .init(
                    .keyRemainder, "\(remainders.count) keys hold more than an address; \(remainders.first)",
                    remedy: "Use  --membership on-link, or mend size, offset and byte_order of the key in the profile"))
        }
        return found
    }
}
