/// What a legacy map says of one destination.
public struct LegacyTarget: Codable, Hashable, Sendable {
    public var address: IPAddress
    public var ifindex: UInt32
    public var mac: MACAddress
}

extension Profile.LegacyMap {
    /// Reads an entry by this layout; `nil` where key or value are shorter than the layout says.
    public func decode(_ entry: MapEntry) -> LegacyTarget? {
        let addressEnd = Int(key.offset) + key.family.byteCount
        let ifindexEnd = Int(value.ifindexOffset + value.ifindexWidth)
        let macEnd = Int(value.destinationMACOffset) + 6
        guard entry.key.count >= addressEnd, entry.value.count >= max(ifindexEnd, macEnd) else { return nil }
        let stored = entry.key[Int(key.offset)..<addressEnd]
        let ordered = key.byteOrder == .host && key.family == .ipv4 ? Array(stored.reversed()) : Array(stored)
        let ifindex = entry.value[Int(value.ifindexOffset)..<ifindexEnd].reversed().reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
        }
        guard let address = IPAddress(networkBytes: ordered),
            let mac = MACAddress(bytes: entry.value[Int(value.destinationMACOffset)..<macEnd])
        else { return nil }
        return LegacyTarget(address: address, ifindex: ifindex, mac: mac)
    }

    /// Why `record` cannot be read by this layout, with the field that says otherwise; `nil` when it can.
    public func mismatch(with record: MapRecord) -> String? {
        let map = "map \(record.title) (id \(record.id))"
        if record.type != 1 && record.type != 9 {
            return "\(map) is of type \(record.typeName), the profile expects hash or lru_hash"
        }
        if record.keySize != key.size {
            return "\(map): its keys have \(record.keySize) bytes, field key.size of \(title) says \(key.size)"
        }
        if record.valueSize != value.size {
            return "\(map): its values have \(record.valueSize) bytes, field value.size of \(title) says \(value.size)"
        }
        return nil
    }
}
