/// A network interface as `RTM_NEWLINK` describes it (rtnetlink(7), include/uapi/linux/if_link.h).
public struct Link: Codable, Hashable, Sendable {
    /// Cookie of the namespace it is in.
    public var netns: UInt64
    public var ifindex: UInt32
    public var name: String
    /// `IFLA_INFO_KIND`: `veth`, `bridge`, `tun`, …; `nil` for hardware and loopback.
    public var kind: String?
    /// `ARPHRD_*`: 1 is Ethernet.
    public var hardwareType: UInt16
    public var mac: MACAddress?
    /// `IFF_*` bits.
    public var flags: UInt32
    /// Bytes.
    public var mtu: UInt32
    /// ifindex of the bridge, bond or VRF it is enslaved to.
    public var master: UInt32?
    /// `IFLA_LINK`: for a veth the peer's ifindex in the peer's namespace.
    public var peer: UInt32?
    /// `IFLA_LINK_NETNSID`: the peer's namespace as this namespace numbers it; `nil` when it is the same one.
    public var peerNetnsID: Int32?
    /// Cookie of the peer's namespace, where it could be found and opened.
    public var peerNetns: UInt64?

    public init(
        netns: UInt64, ifindex: UInt32, name: String, kind: String? = nil, hardwareType: UInt16 = 1,
        mac: MACAddress? = nil, flags: UInt32 = 0, mtu: UInt32 = 1500, master: UInt32? = nil,
        peer: UInt32? = nil, peerNetnsID: Int32? = nil, peerNetns: UInt64? = nil
    ) {
        self.netns = netns
        self.ifindex = ifindex
        self.name = name
        self.kind = kind
        self.hardwareType = hardwareType
        self.mac = mac
        self.flags = flags
        self.mtu = mtu
        self.master = master
        self.peer = peer
        self.peerNetnsID = peerNetnsID
        self.peerNetns = peerNetns
    }

    /// `IFF_UP`.
    public var isUp: Bool { flags & 1 != 0 }
    /// `IFF_LOOPBACK`.
    public var isLoopback: Bool { flags & 8 != 0 }
    /// `ARPHRD_ETHER`.
    public var isEthernet: Bool { hardwareType == 1 }
}
