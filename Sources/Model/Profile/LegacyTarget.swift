/// What a legacy map says of one destination.
public struct LegacyTarget: Codable, Hashable, Sendable {
    public var address: IPAddress
    public var ifindex: UInt32
    public var mac: MACAddress
    /// What the legacy program writes as source, where it does.
    public var sourceMAC: MACAddress?
}

extension Profile.LegacyMap {
    /// Reads an entry by this layout; `nil` where key or value are shorter than the layout says.
    public func decode(_ entry: MapEntry) -> LegacyTarget? {
        let addressEnd = Int(key.offset) + key.family.byteCount
        let ifindexEnd = Int(value.ifindexOffset + value.ifindexWidth)
        let macEnd = Int(value.destinationMACOffset) + 6
        let sourceEnd = value.sourceMACOffset.map { Int($0) + 6 } ?? 0
        guard entry.key.count >= addressEnd, entry.value.count >= max(ifindexEnd, macEnd, sourceEnd) else { return nil }
        let stored = entry.key[Int(key.offset)..<addressEnd]
        let ordered = key.byteOrder == .host && key.family == .ipv4 ? Array(stored.reversed()) : Array(stored)
        let ifindex = entry.value[Int(value.ifindexOffset)..<ifindexEnd].reversed().reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
        }
        guard let address = IPAddress(networkBytes: ordered),
            let mac = MACAddress(bytes: entry.value[Int(value.destinationMACOffset)..<macEnd])
        else { return nil }
        let source = value.sourceMACOffset.flatMap { MACAddress(bytes: entry.value[Int($0)..<sourceEnd]) }
        return LegacyTarget(address: address, ifindex: ifindex, mac: mac, sourceMAC: source)
    }

    /// Why `record` cannot be read by this layout, or `nil` when it can.
    public func mismatch(with record: MapRecord) -> String? {
        if record.type != 1 && record.type != 9 && !record.isTrie {
            return
                "map \(record.name) (id \(record.id)) is of type \(record.typeName), the profile expects hash, lru_hash or lpm_trie"
        }
        if record.isTrie && key.offset < 4 {
            return
                "map \(record.name) (id \(record.id)) is an lpm_trie, whose keys begin with four bytes of prefix length; the profile has the address at offset \(key.offset)"
        }
        if record.keySize != key.size {
            return
                "map \(record.name) (id \(record.id)) has keys of \(record.keySize) bytes, the profile says \(key.size)"
        }
        if record.valueSize != value.size {
            return
                "map \(record.name) (id \(record.id)) has values of \(record.valueSize) bytes, the profile says \(value.size)"
        }
        return nil
    }
}
