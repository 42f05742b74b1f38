/// What a legacy map says of one destination.
public struct LegacyTarget: Codable, Hashable, Sendable {
    public var address: IPAddress
    public var ifindex: UInt32
    public var mac: MACAddress
    /// What the legacy program writes as source, where it does.
    public var sourceMAC: MACAddress?

    public init(address: IPAddress, ifindex: UInt32, mac: MACAddress, sourceMAC: MACAddress? = nil) {
        self.address = address
        self.ifindex = ifindex
        self.mac = mac
        self.sourceMAC = sourceMAC
    }
}

extension Profile.LegacyMap {
    /// Reads an entry by this layout; `nil` where key or value are shorter than the layout says.
    public func decode(_ entry: MapEntry) -> LegacyTarget? { decode(EntryBatch([entry]), at: 0) }

    /// Reads every entry of a batch, in its order.
    public func decode(_ batch: EntryBatch) -> [LegacyTarget?] {
        var targets: [LegacyTarget?] = []
        targets.reserveCapacity(batch.count)
        for index in 0..<batch.count { targets.append(decode(batch, at: index)) }
        return targets
    }

    /// In place, without an array for any field: this is done for every entry of a large map.
    private func decode(_ batch: EntryBatch, at index: Int) -> LegacyTarget? {
        let addressEnd = Int(key.offset) + key.family.byteCount
        let ifindexEnd = Int(value.ifindexOffset + value.ifindexWidth)
        let macEnd = Int(value.destinationMACOffset) + 6
        let sourceEnd = value.sourceMACOffset.map { Int($0) + 6 } ?? 0
        guard batch.keySize >= addressEnd, batch.valueSize >= max(ifindexEnd, macEnd, sourceEnd) else { return nil }
        let keyStart = index * batch.keySize, valueStart = index * batch.valueSize
        var ifindex: UInt32 = 0
        var place = valueStart + ifindexEnd
        for _ in 0..<value.ifindexWidth {
            place -= 1
            ifindex = ifindex << 8 | UInt32(batch.values[place])
        }
        let mac = Self.number(batch.values, valueStart + Int(value.destinationMACOffset), 6, as: UInt64.self)
        let source = value.sourceMACOffset.map {
            MACAddress(value: Self.number(batch.values, valueStart + Int($0), 6, as: UInt64.self))
        }
        let start = keyStart + Int(key.offset)
        let address: IPAddress
        switch key.family {
        case .ipv4:
            let stored = Self.number(batch.keys, start, 4, as: UInt32.self)
            address = .v4(key.byteOrder == .host ? stored.byteSwapped : stored)
        case .ipv6: address = .v6(Self.number(batch.keys, start, 16, as: UInt128.self))
        }
        return LegacyTarget(address: address, ifindex: ifindex, mac: MACAddress(value: mac), sourceMAC: source)
    }

    /// The number in `count` bytes, the first of them the most significant.
    private static func number<Number: FixedWidthInteger>(
        _ bytes: [UInt8], _ start: Int, _ count: Int, as: Number.Type
    ) -> Number {
        var number: Number = 0
        for offset in start..<start + count { number = number << 8 | Number(truncatingIfNeeded: bytes[offset]) }
        return number
    }

    /// Why `record` cannot be read by this layout, with the field that says otherwise; `nil` when it can.
    public func mismatch(with record: MapRecord) -> String? {
        let map = "map \(record.title) (id \(record.id))"
        if record.type != 1 && record.type != 9 && !record.isTrie {
            return "\(map) is of type \(record.typeName), the profile expects hash, lru_hash or lpm_trie"
        }
        if record.isTrie && key.offset < 4 {
            return
                "\(map) is an lpm_trie, whose keys begin with four bytes of prefix length; field key.offset of \(title) says \(key.offset)"
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
