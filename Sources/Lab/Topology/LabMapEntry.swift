import Model

/// One entry of `app_info`: the address (key), the host's interface and the MAC.
public struct LabMapEntry: Codable, Hashable, Sendable {
    public var address: IPAddress
    public var ifindex: UInt32
    public var mac: MACAddress
    /// What was made wrong with it; unknown (`nil`) when read from the map.
    public var fault: LabFault?

    public init(address: IPAddress, ifindex: UInt32, mac: MACAddress, fault: LabFault? = nil) {
        self.address = address
        self.ifindex = ifindex
        self.mac = mac
        self.fault = fault
    }

    /// Four bytes, network byte order.
    var key: [UInt8] { address.networkBytes }

    /// Twelve bytes: ifindex in host byte order, MAC, padding (`struct ambient_app`).
    var value: [UInt8] { ifindex.bytes + mac.bytes + [0, 0] }

    init?(key: [UInt8], value: [UInt8]) {
        guard let address = IPAddress(networkBytes: key), value.count == 12,
            let mac = MACAddress(bytes: value[4..<10])
        else { return nil }
        self.init(address: address, ifindex: UInt32(hostBytes: value[0..<4]), mac: mac)
    }
}

extension UInt32 {
    /// Four bytes in host byte order.
    var bytes: [UInt8] {
        let little = (0..<4).map { UInt8(truncatingIfNeeded: self >> (8 * UInt32($0))) }
        return UInt32(1).littleEndian == 1 ? little : little.reversed()
    }

    init(hostBytes bytes: some BidirectionalCollection<UInt8>) {
        let big = UInt32(1).littleEndian == 1 ? Array(bytes.reversed()) : Array(bytes)
        self = big.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
