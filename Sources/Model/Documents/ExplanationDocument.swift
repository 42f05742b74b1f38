import FoundationEssentials

/// Everything that decides about the packets to one address, on the node as it is now (`migrate explain ADDRESS`).
public struct ExplanationDocument: Codable, Hashable, Sendable, Continuable {
    public var formatVersion = documentFormatVersion
    public var kind = "explanation"
    public var createdAt: Date
    public var tool: Tool
    public var node: NodeIdentity
    /// Name of the profile; `nil` where nothing of a deployment is on this node.
    public var profile: String?
    public var address: IPAddress
    /// Interfaces of this machine that have the address, the node's own among them.
    public var holders: [EndPoint]
    /// The legacy maps of the address's family.
    public var maps: [MapAnswer]
    /// Hooks, together where everything is the same at them.
    public var places: [Place]
    /// As a plan counts the entry: the worst of the hooks that decide. `nil` where no map holds the address.
    public var verdict: Verdict?
    public var effect: Effect?
    /// Why, in a sentence or two.
    public var reason: String
    /// What else is true; empty when nothing.
    public var note: String
    /// Hooks that hold the replacement of a run now, one line each.
    public var attached: [String]
    public var unobserved: [Unobserved]
    public var next: NextStep?
    /// What may be typed as well.
    public var further: [NextStep]

    public init(
        createdAt: Date, tool: Tool, node: NodeIdentity, profile: String?, address: IPAddress,
        holders: [EndPoint] = [], maps: [MapAnswer] = [], places: [Place] = [], verdict: Verdict? = nil,
        effect: Effect? = nil, reason: String = "", note: String = "", attached: [String] = [],
        unobserved: [Unobserved] = [], next: NextStep? = nil, further: [NextStep] = []
    ) {
        self.createdAt = createdAt
        self.tool = tool
        self.node = node
        self.profile = profile
        self.address = address
        self.holders = holders
        self.maps = maps
        self.places = places
        self.verdict = verdict
        self.effect = effect
        self.reason = reason
        self.note = note
        self.attached = attached
        self.unobserved = unobserved
        self.next = next
        self.further = further
    }
}

extension ExplanationDocument {
    /// An interface somewhere on this machine.
    public struct EndPoint: Codable, Hashable, Sendable {
        /// Cookie of its namespace.
        public var netns: UInt64
        /// A path of that namespace, where one is known.
        public var path: String?
        public var interface: String
        public var ifindex: UInt32
        public var mac: MACAddress?
        /// Every address of the interface but link-local ones.
        public var addresses: [IPAddress]

        public init(
            netns: UInt64, path: String?, interface: String, ifindex: UInt32, mac: MACAddress?, addresses: [IPAddress]
        ) {
            self.netns = netns
            self.path = path
            self.interface = interface
            self.ifindex = ifindex
            self.mac = mac
            self.addresses = addresses
        }
    }

    /// What a legacy map says of the address.
    public struct MapAnswer: Codable, Hashable, Sendable {
        public var id: UInt32
        public var name: String
        public var pin: String?
        public var type: String
        /// Entries it holds in all.
        public var entriesTotal: Int
        /// The address as this map's keys spell it, in hexadecimal: what `legacy-keys` asks for.
        public var key: String
        /// Whether that very key is there.
        public var isKey: Bool
        /// Its entries for the address; more than one where keys hold more than an address.
        public var entries: [Entry]
        /// Hooks whose programs read it.
        public var readBy: [String]

        public init(
            id: UInt32, name: String, pin: String?, type: String, entriesTotal: Int, key: String, isKey: Bool,
            entries: [Entry], readBy: [String]
        ) {
            self.id = id
            self.name = name
            self.pin = pin
            self.type = type
            self.entriesTotal = entriesTotal
            self.key = key
            self.isKey = isKey
            self.entries = entries
            self.readBy = readBy
        }

        /// By its pin, or, without one, by the kernel's name for it.
        public var title: String { pin ?? name }
    }

    /// An entry: its bytes, and what the profile makes of them.
    public struct Entry: Codable, Hashable, Sendable {
        /// In hexadecimal.
        public var key: String
        public var value: String
        public var ifindex: UInt32
        public var mac: MACAddress
        public var sourceMAC: MACAddress?
        /// The interfaces of this machine that have this MAC today, the node's own ends left aside.
        public var macHolders: [EndPoint]

        public init(
            key: String, value: String, ifindex: UInt32, mac: MACAddress, sourceMAC: MACAddress?,
            macHolders: [EndPoint]
        ) {
            self.key = key
            self.value = value
            self.ifindex = ifindex
            self.mac = mac
            self.sourceMAC = sourceMAC
            self.macHolders = macHolders
        }
    }
}
