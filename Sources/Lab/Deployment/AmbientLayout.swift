import Model

/// `app_info`: the address in network byte order; ifindex, MAC, padding (`struct ambient_app`).
struct AmbientLayout: EntryLayout {
    let map = "app_info"

    func key(_ entry: LabMapEntry) -> [UInt8] { entry.address.networkBytes }

    func value(_ entry: LabMapEntry) -> [UInt8] { entry.ifindex.bytes + entry.mac.bytes + [0, 0] }

    func entry(key: [UInt8], value: [UInt8]) -> LabMapEntry? {
        guard let address = IPAddress(networkBytes: key), value.count == 12, let mac = MACAddress(bytes: value[4..<10])
        else { return nil }
        return LabMapEntry(address: address, ifindex: UInt32(hostBytes: value[0..<4]), mac: mac)
    }
}
