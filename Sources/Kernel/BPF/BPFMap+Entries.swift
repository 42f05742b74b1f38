import CLibbpf
import Glibc
import Model
import SystemPackage

extension BPFMap {
    /// Every entry at once; for small maps.
    public func entries() throws(KernelError) -> [MapEntry] {
        var found: [MapEntry] = []
        try forEachBatch { batch in
            found += batch.entries
            return true
        }
        return found
    }

    /// Reads every entry, by batches where the map can (`BPF_MAP_LOOKUP_BATCH`, since 5.6), else key by key, and hands
    /// them on as they come, until `body` returns false.
    ///
    /// Not atomic, but of a hash map no key comes twice: the kernel gives whole buckets, each under its lock
    /// (`__htab_map_lookup_and_delete_batch`, kernel/bpf/hashtab.c), and a key stays in its bucket.
    /// Per-CPU maps are not read here: their values are wider than `value_size`.
    public func forEachBatch(_ body: (EntryBatch) throws(KernelError) -> Bool) throws(KernelError) {
        guard isPlain else {
            throw KernelError.refused(
                "read entries of", "map \(record.id)", "maps of type \(record.typeName) are not read")
        }
        if try !readBatches(body) { try walkKeys(body) }
    }

    /// Hash, array, LRU hash, LPM trie, device maps: one key, one value of the sizes the kernel reports. A per-CPU map's values are
    /// wider, and queues and their like have no keys.
    public var isPlain: Bool { [1, 2, 9, 11, 14, 25].contains(record.type) }

    /// Bytes of the buffers for one batch, at most.
    private static var batchBytes: Int { 4 << 20 }

    /// - Returns: false, before `body` was called at all, where the map has no batches.
    func readBatches(_ body: (EntryBatch) throws(KernelError) -> Bool) throws(KernelError) -> Bool {
        let keySize = Int(record.keySize), valueSize = Int(record.valueSize)
        var capacity = max(1, min(4096, Int(record.maxEntries), Self.batchBytes / max(1, keySize + valueSize)))
        // The kernel's position: a u32 for hash maps, a key for others.
        var position = [UInt8](repeating: 0, count: max(keySize, 8))
        var started = false
        while true {
            var count = UInt32(capacity)
            var next = position
            var keys = [UInt8](repeating: 0, count: capacity * keySize)
            var values = [UInt8](repeating: 0, count: capacity * valueSize)
            // SAFETY: both arrays have room for `count` elements of the sizes the kernel reported.
            let result =
                unsafe started
                ? bpf_map_lookup_batch(descriptor.raw, &position, &next, &keys, &values, &count, nil)
                : bpf_map_lookup_batch(descriptor.raw, nil, &next, &keys, &values, &count, nil)
            if result == -ENOSPC {
                // One hash bucket holds more than the buffers do.
                capacity *= 4
                continue
            }
            // ENOTSUPP (524) has no name in user space.
            if !started && [-EINVAL, -EOPNOTSUPP, -524].contains(result) { return false }
            if result != -ENOENT { try checked("read entries of", "map \(record.id)", result) }
            let batch = EntryBatch(
                mapID: record.id, keySize: keySize, valueSize: valueSize, count: Int(count), keys: keys, values: values)
            if count > 0, try !body(batch) { return true }
            if result == -ENOENT { return true }
            position = next
            started = true
        }
    }

    /// Entry by entry. A key that is deleted under the walk starts it again; what comes again is passed over.
    func walkKeys(_ body: (EntryBatch) throws(KernelError) -> Bool) throws(KernelError) {
        var seen: Set<[UInt8]> = []
        var found: [MapEntry] = []
        var key: [UInt8]?
        // The bound keeps a busy map from holding us for ever.
        for _ in 0...(2 * Int(record.maxEntries) + 16) {
            var next = [UInt8](repeating: 0, count: Int(record.keySize))
            // SAFETY: the key buffers have the map's key size.
            let step =
                unsafe key == nil
                ? bpf_map_get_next_key(descriptor.raw, nil, &next) : bpf_map_get_next_key(descriptor.raw, key, &next)
            if step == -ENOENT {
                if !found.isEmpty { _ = try body(EntryBatch(found)) }
                return
            }
            try checked("walk keys of", "map \(record.id)", step)
            if seen.insert(next).inserted, let value = try value(of: next) {
                found.append(MapEntry(mapID: record.id, key: next, value: value))
            }
            if found.count == 4096 {
                guard try body(EntryBatch(found)) else { return }
                found = []
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
