import Model

/// One entry of the deployment's maps: the address (key), the host's interface and the MAC.
public struct LabMapEntry: Codable, Hashable, Sendable {
    public var address: IPAddress
    public var ifindex: UInt32
    public var mac: MACAddress
    /// Fabric only: what the source MAC is rewritten to.
    public var sourceMAC: MACAddress?
    /// Fabric only: index of the interface towards other nodes.
    public var uplink: UInt32?
    /// Whose map it is in; `nil` where there is one node only.
    public var tenant: String?
    /// What was made wrong with it; unknown (`nil`) when read from the map.
    public var fault: LabFault?

    public init(
        address: IPAddress, ifindex: UInt32, mac: MACAddress, sourceMAC: MACAddress? = nil, uplink: UInt32? = nil,
        tenant: String? = nil, fault: LabFault? = nil
    ) {
        self.address = address
        self.ifindex = ifindex
        self.mac = mac
        self.sourceMAC = sourceMAC
        self.uplink = uplink
        self.tenant = tenant
        self.fault = fault
    }
}

extension UInt32 {
    /// Four bytes in host byte order.
    var bytes: [UInt8] {
        let little = (0..<4).map { UInt8(truncatingIfNeeded: self >> (8 * UInt32($0))) }
        return UInt32(1).littleEndian == 1 ? little : little.reversed()
    }

    init(networkBytes bytes: some Collection<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    init(hostBytes bytes: some BidirectionalCollection<UInt8>) {
        let big = UInt32(1).littleEndian == 1 ? Array(bytes.reversed()) : Array(bytes)
        self = big.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
