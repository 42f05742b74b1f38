import BPFObjects
import Model

/// From what the shadow wrote (bpf/shadow.h) to values. Nothing of it is guessed: what has not its layout's length is nothing.
enum ShadowDecoding {
    static func totals(_ counters: [UInt64]) -> ShadowTotals {
        func counter(_ index: Int) -> UInt64 { counters.indices.contains(index) ? counters[index] : 0 }
        var totals = ShadowTotals()
        for (index, comparison) in ShadowComparison.allCases.enumerated() {
            totals.compared[comparison] = counter(index)
        }
        totals.bothMiss = counter(Int(MIGRATE_BOTH_MISS.rawValue))
        totals.ineligible = counter(Int(MIGRATE_INELIGIBLE.rawValue))
        totals.untabled = counter(Int(MIGRATE_UNTABLED.rawValue))
        totals.unshown = counter(Int(MIGRATE_UNSHOWN.rawValue))
        return totals
    }

    /// A key, and a row for each processor.
    static func destination(_ entry: MapEntry, netns: UInt64) -> ShadowDestination? {
        let stride = MemoryLayout<migrate_destination_row>.size
        guard let key = read(migrate_destination.self, entry.key, 0), let address = address(key),
            entry.value.count % stride == 0
        else { return nil }
        var found = ShadowDestination(netns: netns, address: address, packets: .init())
        for start in Swift.stride(from: 0, to: entry.value.count, by: stride) {
            guard let row = read(migrate_destination_row.self, entry.value, start) else { return nil }
            let counts = counts(row)
            found.packets += counts
            if counts.differing > 0 {
                // One of several processors' is as good as another's.
                found.views = views(row.differing)
            }
        }
        return found
    }

    static func packet(_ bytes: [UInt8], netns: UInt64) -> ShadowPacket? {
        guard let shown = read(migrate_shown_packet.self, bytes, 0), let address = address(shown.destination),
            ShadowComparison.allCases.indices.contains(Int(shown.views.comparison))
        else { return nil }
        // SAFETY: the bytes of a value are readable while the closure runs.
        let frame = unsafe withUnsafeBytes(of: shown.bytes) { unsafe Array($0.prefix(Int(shown.shown))) }
        return ShadowPacket(
            netns: netns, address: address, comparison: ShadowComparison.allCases[Int(shown.views.comparison)],
            length: shown.length, bytes: frame, views: views(shown.views))
    }

    private static func read<Value: BitwiseCopyable>(_ type: Value.Type, _ bytes: [UInt8], _ start: Int) -> Value? {
        guard start >= 0, bytes.count - start >= MemoryLayout<Value>.size else { return nil }
        // SAFETY: as many bytes are there as the value has, and any bytes are one.
        return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: start, as: type) }
    }

    private static func address(_ key: migrate_destination) -> IPAddress? {
        // SAFETY: the field is sixteen bytes.
        let bytes = unsafe withUnsafeBytes(of: key.address) { unsafe Array($0) }
        return IPAddress(networkBytes: key.family == UInt32(MIGRATE_FAMILY_IPV4) ? Array(bytes.prefix(4)) : bytes)
    }

    private static func counts(_ row: migrate_destination_row) -> ShadowCounts {
        // SAFETY: the field is as many numbers as there are kinds (`MIGRATE_COMPARISONS`).
        let packets = unsafe withUnsafeBytes(of: row.packets) { unsafe Array($0.bindMemory(to: UInt64.self)) }
        var counts = ShadowCounts()
        for (comparison, number) in zip(ShadowComparison.allCases, packets) { counts[comparison] = number }
        return counts
    }

    private static func views(_ views: migrate_views) -> ShadowViews {
        let mac = mac(views.fib_mac), hasEntry = views.comparison != MIGRATE_MAP_MISSES.rawValue
        return ShadowViews(
            input: views.input,
            legacy: hasEntry ? .init(ifindex: views.map_ifindex, mac: self.mac(views.map_mac)) : nil,
            kernel: .init(
                outcome: (RedirectOutcome(rawValue: views.outcome) ?? .error).name,
                lookup: FIBResult(rawValue: views.fib).name,
                ifindex: views.fib_ifindex == 0 ? nil : views.fib_ifindex, mac: mac.value == 0 ? nil : mac))
    }

    private static func mac(_ field: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8)) -> MACAddress {
        let bytes = [field.0, field.1, field.2, field.3, field.4, field.5]
        return MACAddress(value: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}
