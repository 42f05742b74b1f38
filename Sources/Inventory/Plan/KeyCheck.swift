import Kernel
import Model

/// Whether the keys of the legacy maps are what the migration takes them for: each one destination, and, under
/// `legacy-keys`, spelt as the replacement spells it.
struct KeyCheck {
    private let membership: Membership
    private let maps: [(layout: Profile.LegacyMap, record: MapRecord)]
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
        self.maps = maps
    }

    /// Takes account of entries of one map.
    mutating func look(at batch: AskedBatch) {
        let (layout, record) = maps[batch.map]
        // A key that is an address and nothing else is what it is taken for.
        guard record.isTrie || Int(record.keySize) > layout.key.family.byteCount else { return }
        for (index, target) in batch.targets.enumerated() {
            if let target { look(at: batch.entries[index].key, of: target, layout.key, record) }
        }
    }

    private mutating func look(
        at stored: [UInt8], of target: LegacyTarget, _ key: Profile.KeyLayout, _ record: MapRecord
    ) {
        if record.isTrie, Profile.KeyLayout.prefixLength(of: stored) != key.hostPrefixLength {
            let bits = Profile.KeyLayout.prefixLength(of: stored)
            networks.add("\(record.title): \(target.address) has \(bits) of \(key.hostPrefixLength) bits")
        } else if membership == .legacyKeys, key.key(of: target.address, isTrie: record.isTrie) != stored {
            remainders.add("\(record.title): \(target.address) has key \(stored.hex)")
        }
    }

    var blockers: [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if networks.count > 0 {
            found.append(
                .init(
                    .networkPrefixes,
                    "\(networks.count == 1 ? "1 entry stands for a network" : "\(networks.count) entries stand for networks"); \(networks.first)",
                    remedy: "Give each destination an entry of its own, or leave this deployment as it is."))
        }
        if remainders.count > 0 {
            found.append(
                .init(
                    .keyRemainder,
                    "\(remainders.count.of("key", "holds", "hold")) more than an address; \(remainders.first)",
                    remedy:
                        "Mend size, offset and byte_order of the key in the profile, or ask no map:  migrate plan --membership on-link"
                ))
        }
        return found
    }
}
