/// An address of an interface (`RTM_NEWADDR`).
public struct InterfaceAddress: Codable, Hashable, Sendable {
    /// Cookie of the namespace.
    public var netns: UInt64
    public var ifindex: UInt32
    /// `IFA_LOCAL` where present, else `IFA_ADDRESS`.
    public var address: IPAddress
    public var prefixLength: UInt8
    /// `RT_SCOPE_*`: 0 global, 253 link, 254 host.
    public var scope: UInt8

    public init(netns: UInt64, ifindex: UInt32, address: IPAddress, prefixLength: UInt8, scope: UInt8) {
        self.netns = netns
        self.ifindex = ifindex
        self.address = address
        self.prefixLength = prefixLength
        self.scope = scope
    }
}
