import CLibbpf
import Glibc
import Model
import SystemPackage

extension BPFMap {
    /// Hash, array, LRU hash, LPM trie, and their per-CPU kinds: maps with keys whose values can be looked up.
    public var hasEntries: Bool { [1, 2, 5, 6, 9, 10, 11].contains(record.type) }

    /// A value for each possible processor, each rounded up to eight bytes.
    public var isPerCPU: Bool { [5, 6, 10].contains(record.type) }

    /// Bytes that a lookup writes.
    func lookupSize() throws(KernelError) -> Int {
        guard isPerCPU else { return Int(record.valueSize) }
        return ((Int(record.valueSize) + 7) & ~7) * (try Self.possibleProcessors())
    }

    /// Up to `limit` entries in the order of the map's own buckets; a per-CPU map's values one behind the other.
    ///
    /// Looking up from user space does not count as use in an LRU map (`htab_lru_map_lookup_elem_sys`).
    public func samples(limit: Int) throws(KernelError) -> [MapEntry] {
        guard hasEntries else {
            throw .refused("read entries of", "map \(record.id)", "maps of type \(record.typeName) are not read")
        }
        let size = try lookupSize()
        var found: [MapEntry] = []
        var seen: Set<[UInt8]> = []
        var key: [UInt8]?
        // A key that goes away under the walk starts it again.
        for _ in 0..<2 * limit where found.count < limit {
            var next = [UInt8](repeating: 0, count: Int(record.keySize))
            // SAFETY: the key buffers have the map's key size.
            let step =
                unsafe key == nil
                ? bpf_map_get_next_key(descriptor.raw, nil, &next) : bpf_map_get_next_key(descriptor.raw, key, &next)
            if step == -ENOENT { break }
            try checked("walk keys of", "map \(record.id)", step)
            var value = [UInt8](repeating: 0, count: size)
            // SAFETY: key and value have the sizes that this map's lookups read and write.
            let result = unsafe bpf_map_lookup_elem(descriptor.raw, next, &value)
            key = next
            if result == -ENOENT { continue }
            try checked("look up in", "map \(record.id)", result)
            if seen.insert(next).inserted { found.append(MapEntry(mapID: record.id, key: next, value: value)) }
        }
        return found
    }
}
