import CLibbpf
import Glibc
import Model
import SystemPackage

extension BPFMap {
    /// Reads every entry, by batches where the map can (`BPF_MAP_LOOKUP_BATCH`, since 5.6), else key by key.
    ///
    /// Not atomic: entries that change while the map is read may be missed or seen twice; later ones win.
    /// Per-CPU maps are not read here: their values are wider than `value_size`.
    public func entries() throws(KernelError) -> [MapEntry] {
        guard isPlain else {
            throw KernelError.refused(
                "read entries of", "map \(record.id)", "maps of type \(record.typeName) are not read")
        }
        do {
            return try batchedEntries()
        } catch {
            // ENOTSUPP (524) has no name in user space.
            guard [EINVAL, EOPNOTSUPP, 524].contains(error.errno?.rawValue ?? 0) else { throw error }
            return try walkedEntries()
        }
    }

    /// Hash, array, LRU hash, LPM trie, device maps: one key, one value of the sizes the kernel reports. A per-CPU map's values are
    /// wider, and queues and their like have no keys.
    public var isPlain: Bool { [1, 2, 9, 11, 14, 25].contains(record.type) }

    /// Bytes of the buffers for one batch, at most.
    private static var batchBytes: Int { 4 << 20 }

    func batchedEntries() throws(KernelError) -> [MapEntry] {
        let keySize = Int(record.keySize), valueSize = Int(record.valueSize)
        var capacity = max(1, min(4096, Int(record.maxEntries), Self.batchBytes / max(1, keySize + valueSize)))
        var keys = [UInt8](repeating: 0, count: capacity * keySize)
        var values = [UInt8](repeating: 0, count: capacity * valueSize)
        // The kernel's position: a u32 for hash maps, a key for others.
        var position = [UInt8](repeating: 0, count: max(keySize, 8))
        var started = false
        var found: [MapEntry] = []
        while true {
            var count = UInt32(capacity)
            var next = position
            // SAFETY: both arrays have room for `count` elements of the sizes the kernel reported.
            let result =
                unsafe started
                ? bpf_map_lookup_batch(descriptor.raw, &position, &next, &keys, &values, &count, nil)
                : bpf_map_lookup_batch(descriptor.raw, nil, &next, &keys, &values, &count, nil)
            if result == -ENOSPC {
                // One hash bucket holds more than the buffers do.
                capacity *= 4
                keys = [UInt8](repeating: 0, count: capacity * keySize)
                values = [UInt8](repeating: 0, count: capacity * valueSize)
                continue
            }
            if result != -ENOENT { try checked("read entries of", "map \(record.id)", result) }
            found.reserveCapacity(found.count + Int(count))
            for index in 0..<Int(count) {
                found.append(
                    MapEntry(
                        mapID: record.id, key: Array(keys[index * keySize..<(index + 1) * keySize]),
                        value: Array(values[index * valueSize..<(index + 1) * valueSize])))
            }
            if result == -ENOENT { return found }
            position = next
            started = true
        }
    }

    func walkedEntries() throws(KernelError) -> [MapEntry] {
        var found: [MapEntry] = []
        var key: [UInt8]?
        // A key deleted under the walk starts it again; the bound keeps a busy map from holding us for ever.
        for _ in 0...(2 * Int(record.maxEntries) + 16) {
            var next = [UInt8](repeating: 0, count: Int(record.keySize))
            // SAFETY: the key buffers have the map's key size.
            let step =
                unsafe key == nil
                ? bpf_map_get_next_key(descriptor.raw, nil, &next) : bpf_map_get_next_key(descriptor.raw, key, &next)
            if step == -ENOENT { return found }
            try checked("walk keys of", "map \(record.id)", step)
            if let value = try value(of: next) {
                found.append(MapEntry(mapID: record.id, key: next, value: value))
            }
            key = next
        }
        throw KernelError.changing("walk keys of", "map \(record.id)", attempts: 2)
    }

    /// The value of one key, `record.valueSize` bytes; `nil` when there is none.
    public func value(of key: [UInt8]) throws(KernelError) -> [UInt8]? {
        guard key.count == Int(record.keySize) else {
            throw KernelError.refused(
                "look up in", "map \(record.id)", "the key has \(key.count) bytes, not \(record.keySize)")
        }
        var value = [UInt8](repeating: 0, count: Int(record.valueSize))
        // SAFETY: key and value have the sizes the kernel reported for this map.
        let result = unsafe bpf_map_lookup_elem(descriptor.raw, key, &value)
        if result == -ENOENT { return nil }
        try checked("look up in", "map \(record.id)", result)
        return value
    }

    /// The sum over all processors of a per-CPU array's u64 values, by index (`BPF_MAP_TYPE_PERCPU_ARRAY`).
    public func perCPUSums() throws(KernelError) -> [UInt64] {
        guard record.type == BPF_MAP_TYPE_PERCPU_ARRAY.rawValue, record.valueSize == 8 else {
            throw KernelError.refused("sum", "map \(record.id)", "it is no per-CPU array of u64")
        }
        let processors = Int(libbpf_num_possible_cpus())
        var sums: [UInt64] = []
        for index in 0..<record.maxEntries {
            var key = index
            var values = [UInt64](repeating: 0, count: processors)
            // SAFETY: a per-CPU lookup writes 8 bytes for each possible processor.
            try checked(
                "look up in", "map \(record.id)", unsafe bpf_map_lookup_elem(descriptor.raw, &key, &values))
            sums.append(values.reduce(0, &+))
        }
        return sums
    }
}
