/// What the cross-check found out about one entry of a legacy map.
public struct Finding: Codable, Hashable, Sendable {
    /// What the map says.
    public struct Legacy: Codable, Hashable, Sendable {
        public var ifindex: UInt32
        /// Name of that interface, where it exists.
        public var interface: String?
        public var mac: MACAddress
        /// What the legacy program writes as source, where it does.
        public var sourceMAC: MACAddress?
        public init(ifindex: UInt32, interface: String?, mac: MACAddress, sourceMAC: MACAddress? = nil) {
            self.ifindex = ifindex
            self.interface = interface
            self.mac = mac
            self.sourceMAC = sourceMAC
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
        /// The output device's own MAC, where the map says what the source is to be.
        public var sourceMAC: MACAddress?
        public init(
            lookup: String, ifindex: UInt32? = nil, interface: String? = nil, mac: MACAddress? = nil,
            gateway: IPAddress? = nil, sourceMAC: MACAddress? = nil
        ) {
            self.lookup = lookup
            self.ifindex = ifindex
            self.interface = interface
            self.mac = mac
            self.gateway = gateway
            self.sourceMAC = sourceMAC
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

    /// Whether packets come with another source MAC afterwards than the map says.
    public var sourceDiffers: Bool {
        legacy.sourceMAC != nil && kernel.sourceMAC != nil && legacy.sourceMAC != kernel.sourceMAC
    }
}
