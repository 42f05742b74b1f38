import Model

/// `endpoints4`: network 0 and the address in host byte order; uplink, interface, both MACs, flags
/// (`struct fabric_key4`, `struct fabric_endpoint4`).
struct FabricLayout4: EntryLayout {
    let map = "endpoints4"

    func key(_ entry: LabMapEntry) -> [UInt8] {
        UInt32(0).bytes + UInt32(networkBytes: entry.address.networkBytes).bytes
    }

    func value(_ entry: LabMapEntry) -> [UInt8] {
        (entry.uplink ?? 0).bytes + entry.ifindex.bytes + entry.mac.padded + (entry.sourceMAC ?? .zero).padded
            + UInt32(1).bytes
    }

    func entry(key: [UInt8], value: [UInt8]) -> LabMapEntry? {
        guard key.count == 8, value.count == 28, let mac = MACAddress(bytes: value[8..<14]),
            let source = MACAddress(bytes: value[16..<22])
        else { return nil }
        return LabMapEntry(
            address: .v4(UInt32(hostBytes: key[4..<8])), ifindex: UInt32(hostBytes: value[4..<8]), mac: mac,
            sourceMAC: source, uplink: UInt32(hostBytes: value[0..<4]))
    }
}

/// `endpoints6`: the address; the same members in another order, and padding (`struct fabric_endpoint6`).
struct FabricLayout6: EntryLayout {
    let map = "endpoints6"

    func key(_ entry: LabMapEntry) -> [UInt8] { entry.address.networkBytes }

    func value(_ entry: LabMapEntry) -> [UInt8] {
        (entry.sourceMAC ?? .zero).padded + UInt32(1).bytes + entry.ifindex.bytes + entry.mac.padded
            + (entry.uplink ?? 0).bytes + UInt32(0).bytes
    }

    func entry(key: [UInt8], value: [UInt8]) -> LabMapEntry? {
        guard key.count == 16, let address = IPAddress(networkBytes: key), value.count == 32,
            let source = MACAddress(bytes: value[0..<6]), let mac = MACAddress(bytes: value[16..<22])
        else { return nil }
        return LabMapEntry(
            address: address, ifindex: UInt32(hostBytes: value[12..<16]), mac: mac, sourceMAC: source,
            uplink: UInt32(hostBytes: value[24..<28]))
    }
}

extension MACAddress {
    fileprivate static var zero: MACAddress { MACAddress(value: 0) }

    /// Eight bytes: six and two of padding (`struct fabric_mac`).
    fileprivate var padded: [UInt8] { bytes + [0, 0] }
}
