/// What the cross-check found out about one entry of a legacy map.
public struct Finding: Codable, Hashable, Sendable {
    /// What the map says.
    public struct Legacy: Codable, Hashable, Sendable {
        public var ifindex: UInt32
        /// Name of that interface, where it exists.
        public var interface: String?
        public var mac: MACAddress
        public init(ifindex: UInt32, interface: String?, mac: MACAddress) {
            self.ifindex = ifindex
            self.interface = interface
            self.mac = mac
        }
    }

    /// What the kernel says.
    public struct Kernel: Codable, Hashable, Sendable {
        /// The FIB helper's answer in words, such as `success` or `not-forwarded`.
        public var lookup: String
        public var ifindex: UInt32?
        public var interface: String?
        /// The neighbor's MAC, where it has one.
        public var mac: MACAddress?
        /// The next hop, where it is not the destination itself.
        public var gateway: IPAddress?
        public init(
            lookup: String, ifindex: UInt32? = nil, interface: String? = nil, mac: MACAddress? = nil,
            gateway: IPAddress? = nil
        ) {
            self.lookup = lookup
            self.ifindex = ifindex
            self.interface = interface
            self.mac = mac
            self.gateway = gateway
        }
    }

    public var address: IPAddress
    public var legacy: Legacy
    public var kernel: Kernel
    public var verdict: Verdict
    public var effect: Effect
    /// What else is true; empty when nothing.
    public var note: String

    public init(address: IPAddress, legacy: Legacy, kernel: Kernel, verdict: Verdict, effect: Effect, note: String) {
        self.address = address
        self.legacy = legacy
        self.kernel = kernel
        self.verdict = verdict
        self.effect = effect
        self.note = note
    }
}
