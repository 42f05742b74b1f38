/// What a frame begins with (IEEE 802.3), VLAN tags in line, as they are on the wire.
public struct EthernetHeader: Hashable, Sendable {
    /// A tag of IEEE 802.1Q or 802.1ad.
    public struct VLANTag: Hashable, Sendable {
        /// 0…4095.
        public var identifier: UInt16
        /// 0…7.
        public var priority: UInt8
        /// Whether the type is 0x88a8 (802.1ad, a service tag) instead of 0x8100.
        public var isService: Bool

        public init(_ identifier: UInt16, priority: UInt8 = 0, isService: Bool = false) {
            self.identifier = identifier
            self.priority = priority
            self.isService = isService
        }
    }

    public var destination: MACAddress
    public var source: MACAddress
    /// From the outermost inwards.
    public var vlans: [VLANTag]
    /// Written in place of the type that what follows has.
    public var etherType: UInt16?

    public init(
        destination: MACAddress = MACAddress(value: 0x0200_0000_0001),
        source: MACAddress = MACAddress(value: 0x0200_0000_0002), vlans: [VLANTag] = [], etherType: UInt16? = nil
    ) {
        self.destination = destination
        self.source = source
        self.vlans = vlans
        self.etherType = etherType
    }

    /// The header as it is sent before something of this type.
    func bytes(before type: UInt16) -> [UInt8] {
        var bytes = destination.bytes + source.bytes
        for tag in vlans {
            bytes.append(bigEndian: tag.isService ? EtherType.serviceTag : EtherType.vlanTag)
            bytes.append(bigEndian: UInt16(tag.priority & 7) << 13 | tag.identifier & 0xfff)
        }
        bytes.append(bigEndian: etherType ?? type)
        return bytes
    }
}

/// Types of what a frame carries (`ETH_P_*`, include/uapi/linux/if_ether.h).
public enum EtherType {
    public static let ipv4: UInt16 = 0x0800
    public static let arp: UInt16 = 0x0806
    public static let vlanTag: UInt16 = 0x8100
    public static let ipv6: UInt16 = 0x86dd
    public static let serviceTag: UInt16 = 0x88a8
}
