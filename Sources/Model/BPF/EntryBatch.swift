/// Entries of one map as the kernel gave them: the keys one behind the other, and likewise the values.
///
/// A map may hold a million entries. They come and go by such batches, and nothing keeps them all.
public struct EntryBatch: Sendable {
    public let mapID: UInt32
    /// Bytes.
    public let keySize: Int
    /// Bytes.
    public let valueSize: Int
    public let count: Int
    /// `count` times `keySize` bytes; what may follow is of no meaning.
    public let keys: [UInt8]
    /// `count` times `valueSize` bytes; likewise.
    public let values: [UInt8]

    public init(mapID: UInt32, keySize: Int, valueSize: Int, count: Int, keys: [UInt8], values: [UInt8]) {
        precondition(keys.count >= count * keySize && values.count >= count * valueSize)
        self.mapID = mapID
        self.keySize = keySize
        self.valueSize = valueSize
        self.count = count
        self.keys = keys
        self.values = values
    }

    /// A batch of single entries, which must all be of one map and of the same sizes.
    public init(_ entries: [MapEntry]) {
        let keySize = entries.first?.key.count ?? 0, valueSize = entries.first?.value.count ?? 0
        precondition(entries.allSatisfy { $0.key.count == keySize && $0.value.count == valueSize })
        self.init(
            mapID: entries.first?.mapID ?? 0, keySize: keySize, valueSize: valueSize, count: entries.count,
            keys: entries.flatMap(\.key), values: entries.flatMap(\.value))
    }

    public subscript(index: Int) -> MapEntry {
        precondition(index >= 0 && index < count)
        return MapEntry(
            mapID: mapID, key: Array(keys[index * keySize..<(index + 1) * keySize]),
            value: Array(values[index * valueSize..<(index + 1) * valueSize]))
    }

    /// All of them, one by one; for tests and for small maps.
    public var entries: [MapEntry] { (0..<count).map { self[$0] } }
}
