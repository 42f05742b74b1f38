/// What a map held at one reading, in memory that does not grow with it.
///
/// Keys are dealt into 65,536 parts by a hash. Of each part the sketch keeps how many keys it has, the sum of their
/// hashes, and the sum of the hashes of key and value together. Two sketches of the same map differ where a key came,
/// went or changed; with several such keys in one part at least one of them shows.
public struct MapSketch: Sendable {
    private struct Part: Hashable, Sendable {
        var count: UInt32 = 0
        var keys: UInt64 = 0
        var entries: UInt64 = 0
    }

    private static let partBits: UInt64 = 16
    private var parts = [Part](repeating: Part(), count: 1 << Int(partBits))
    public private(set) var count = 0

    public init() {}

    public mutating func add(_ batch: EntryBatch) {
        batch.keys.withUnsafeBytes { keys in
            batch.values.withUnsafeBytes { values in
                for index in 0..<batch.count {
                    let key = Self.hash(keys, index * batch.keySize, batch.keySize, 0xcbf2_9ce4_8422_2325)
                    let entry = Self.hash(values, index * batch.valueSize, batch.valueSize, key)
                    let place = Int(key >> (64 - Self.partBits))
                    parts[place].count &+= 1
                    parts[place].keys &+= key
                    parts[place].entries &+= entry
                }
            }
        }
        count += batch.count
    }

    /// Compares with a later reading.
    ///
    /// - Parameter milliseconds: from the start of the first reading to the start of the second.
    public func activity(until later: MapSketch, milliseconds: Int) -> MapActivity {
        var added = 0, removed = 0, changed = 0
        var isExact = true
        for (before, after) in zip(parts, later.parts) {
            if before.count > 1 || after.count > 1 { isExact = false }
            guard before != after else { continue }
            if after.count > before.count {
                added += Int(after.count - before.count)
            } else if after.count < before.count {
                removed += Int(before.count - after.count)
            } else if before.keys == after.keys {
                changed += 1
            } else {
                added += 1
                removed += 1
            }
        }
        return MapActivity(
            intervalMs: milliseconds, keysChanged: added + removed + changed, added: added, removed: removed,
            changed: changed, isExact: isExact)
    }

    /// FNV-1a over eight bytes at a time, with a round after each that lets every bit reach the upper ones (MurmurHash3's
    /// finalizer). `bytes` must hold `count` bytes from `start` on, as an ``EntryBatch`` does.
    private static func hash(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int, _ seed: UInt64) -> UInt64 {
        var value = seed ^ UInt64(truncatingIfNeeded: count)
        var place = start
        let end = start + count
        while place < end {
            var word: UInt64 = 0
            if end - place >= 8 {
                word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                place += 8
            } else if end - place >= 4 {
                word = UInt64(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                place += 4
            } else {
                word = UInt64(bytes[place])
                place += 1
            }
            value = (value ^ word) &* 0x100_0000_01b3
            value = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
            value ^= value >> 33
        }
        return value
    }
}
