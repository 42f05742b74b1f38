/// What both sides said of one packet.
public struct ShadowViews: Codable, Hashable, Sendable {
    /// The map's entry.
    public struct Legacy: Codable, Hashable, Sendable {
        public var ifindex: UInt32
        /// `nil`: there is no such interface.
        public var interface: String?
        public var mac: MACAddress
        public init(ifindex: UInt32, interface: String? = nil, mac: MACAddress) {
            self.ifindex = ifindex
            self.interface = interface
            self.mac = mac
        }
    }

    /// What the replacement would do.
    public struct Kernel: Codable, Hashable, Sendable {
        /// `redirected`, or why not, as counters name it.
        public var outcome: String
        /// What `bpf_fib_lookup` answered.
        public var lookup: String
        public var ifindex: UInt32?
        public var interface: String?
        /// The neighbor's; `nil` where it is not resolved, or was not asked for.
        public var mac: MACAddress?
        public init(
            outcome: String, lookup: String, ifindex: UInt32? = nil, interface: String? = nil, mac: MACAddress? = nil
        ) {
            self.outcome = outcome
            self.lookup = lookup
            self.ifindex = ifindex
            self.interface = interface
            self.mac = mac
        }
    }

    /// Interface that the packet came in by.
    public var input: UInt32
    /// `nil`: the map has no entry.
    public var legacy: Legacy?
    public var kernel: Kernel

    public init(input: UInt32, legacy: Legacy?, kernel: Kernel) {
        self.input = input
        self.legacy = legacy
        self.kernel = kernel
    }

    /// Gives interfaces their names.
    public mutating func name(_ names: [UInt32: String]) {
        if let ifindex = legacy?.ifindex { legacy?.interface = names[ifindex] }
        if let ifindex = kernel.ifindex { kernel.interface = names[ifindex] }
    }
}

/// A destination and its packets.
public struct ShadowDestination: Codable, Hashable, Sendable {
    /// Cookie of the hooks' namespace.
    public var netns: UInt64
    public var address: IPAddress
    public var packets: ShadowCounts
    /// Of the last packet that differed; `nil` where none did.
    public var views: ShadowViews?
    /// What the plan says of it, if anything.
    public var note: String?

    public init(
        netns: UInt64, address: IPAddress, packets: ShadowCounts, views: ShadowViews? = nil, note: String? = nil
    ) {
        self.netns = netns
        self.address = address
        self.packets = packets
        self.views = views
        self.note = note
    }
}

/// One of the first packets that differed.
public struct ShadowPacket: Codable, Hashable, Sendable {
    public var netns: UInt64
    public var address: IPAddress
    public var comparison: ShadowComparison
    /// Bytes of the whole packet, with its link-layer header.
    public var length: UInt32
    /// Its beginning, hexadecimal.
    public var frame: String
    /// The same in one line.
    public var packet: String
    public var views: ShadowViews

    public init(
        netns: UInt64, address: IPAddress, comparison: ShadowComparison, length: UInt32, bytes: [UInt8],
        views: ShadowViews
    ) {
        self.netns = netns
        self.address = address
        self.comparison = comparison
        self.length = length
        frame = bytes.hex
        packet = FrameText.line(bytes)
        self.views = views
    }
}
