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

    /// Hands every entry on, by batches, until `body` returns false.
    public func forEachBatch(_ body: (EntryBatch) throws(KernelError) -> Bool) throws(KernelError) {
        var cursor = EntryCursor()
        while let batch = try next(&cursor) { guard try body(batch) else { return } }
    }

    /// The next entries behind `cursor`, at most 4,096 unless one bucket holds more; `nil` at the end.
    ///
    /// By batches where the map can (`BPF_MAP_LOOKUP_BATCH`, since 5.6), else key by key. Not atomic, but of a hash map no
    /// key comes twice: the kernel gives whole buckets, each under its lock (`__htab_map_lookup_and_delete_batch`,
    /// kernel/bpf/hashtab.c), and a key stays in its bucket.
    /// Per-CPU maps are not read here: their values are wider than `value_size`.
    public func next(_ cursor: inout EntryCursor) throws(KernelError) -> EntryBatch? {
        guard isPlain else {
            throw KernelError.refused(
                "read entries of", "map \(record.id)", "maps of type \(record.typeName) are not read")
        }
        // An empty part of a large table is no end.
        while !cursor.isAtEnd {
            let batch = cursor.isWalking ? try walk(&cursor) : try readBatch(&cursor)
            if let batch, batch.count > 0 { return batch }
        }
        return nil
    }

    /// Hash, array, LRU hash, LPM trie, device maps: one key, one value of the sizes the kernel reports. A per-CPU map's values are
    /// wider, and queues and their like have no keys.
    public var isPlain: Bool { [1, 2, 9, 11, 14, 25].contains(record.type) }

    /// Bytes of the buffers for one batch, at most.
    private static var batchBytes: Int { 4 << 20 }

    private func readBatch(_ cursor: inout EntryCursor) throws(KernelError) -> EntryBatch? {
        let keySize = Int(record.keySize), valueSize = Int(record.valueSize)
        let most = Self.batchBytes / max(1, keySize + valueSize)
        let capacity = cursor.capacity ?? max(1, min(EntryCursor.usual, Int(record.maxEntries), most))
        // The kernel's position: a u32 for hash maps, a key for others.
        var position = cursor.key ?? [], next = [UInt8](repeating: 0, count: max(keySize, 8))
        var keys = [UInt8](repeating: 0, count: capacity * keySize)
        var values = [UInt8](repeating: 0, count: capacity * valueSize)
        var count = UInt32(capacity)
        // SAFETY: both arrays have room for `count` elements of the sizes the kernel reported, the positions for a key.
        let result =
            unsafe cursor.key == nil
            ? bpf_map_lookup_batch(descriptor.raw, nil, &next, &keys, &values, &count, nil)
            : bpf_map_lookup_batch(descriptor.raw, &position, &next, &keys, &values, &count, nil)
        if result == -ENOSPC {
            // One hash bucket holds more than the buffers do.
            cursor.capacity = capacity * 4
            return nil
        }
        // ENOTSUPP (524) has no name in user space.
        if cursor.key == nil && [-EINVAL, -EOPNOTSUPP, -524].contains(result) {
            cursor.isWalking = true
            return nil
        }
        if result == -ENOENT {
            cursor.isAtEnd = true
        } else {
            try checked("read entries of", "map \(record.id)", result)
        }
        cursor.key = next
        return EntryBatch(
            mapID: record.id, keySize: keySize, valueSize: valueSize, count: Int(count), keys: keys, values: values)
    }

    /// Entry by entry. A key that is deleted under the walk starts it again; what comes again is passed over.
    private func walk(_ cursor: inout EntryCursor) throws(KernelError) -> EntryBatch? {
        var found: [MapEntry] = []
        while found.count < EntryCursor.usual {
            // The bound keeps a busy map from holding us for ever.
            cursor.steps += 1
            guard cursor.steps <= 2 * Int(record.maxEntries) + 16 else {
                throw KernelError.changing("walk keys of", "map \(record.id)", attempts: 2)
            }
            var next = [UInt8](repeating: 0, count: Int(record.keySize))
            // SAFETY: the key buffers have the map's key size.
            let step =
                unsafe cursor.key == nil
                ? bpf_map_get_next_key(descriptor.raw, nil, &next)
                : bpf_map_get_next_key(descriptor.raw, cursor.key, &next)
            if step == -ENOENT {
                cursor.isAtEnd = true
                break
            }
            try checked("walk keys of", "map \(record.id)", step)
            if cursor.seen.insert(next).inserted, let value = try value(of: next) {
                found.append(MapEntry(mapID: record.id, key: next, value: value))
            }
            cursor.key = next
        }
        return found.isEmpty ? nil : EntryBatch(found)
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

    /// How many values a per-CPU lookup writes; libbpf reads /sys/devices/system/cpu/possible for that, which may fail.
    static func possibleProcessors() throws(KernelError) -> Int {
        Int(try checked("count", "possible processors", libbpf_num_possible_cpus()))
    }

    /// The sum over all processors of a per-CPU array's u64 values, by index (`BPF_MAP_TYPE_PERCPU_ARRAY`).
    public func perCPUSums() throws(KernelError) -> [UInt64] {
        guard record.type == BPF_MAP_TYPE_PERCPU_ARRAY.rawValue, record.valueSize == 8 else {
            throw KernelError.refused("sum", "map \(record.id)", "it is no per-CPU array of u64")
        }
        let processors = try Self.possibleProcessors()
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

/// How far a map has been read.
public struct EntryCursor: Sendable {
    /// Entries of a batch, unless a bucket holds more.
    static let usual = 4096

    /// The kernel's position, or the last key of a walk.
    fileprivate var key: [UInt8]?
    fileprivate var capacity: Int?
    public fileprivate(set) var isAtEnd = false
    /// Whether the map is read key by key: it knows no batches.
    var isWalking: Bool
    fileprivate var steps = 0
    fileprivate var seen: Set<[UInt8]> = []

    public init() { isWalking = false }

    /// For tests: a walk also of a map that knows batches.
    init(isWalking: Bool) { self.isWalking = isWalking }
}
