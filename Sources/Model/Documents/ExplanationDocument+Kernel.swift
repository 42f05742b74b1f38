extension ExplanationDocument {
    /// What the kernel says of the address, and what that rests on.
    public struct KernelAnswer: Codable, Hashable, Sendable {
        /// `bpf_fib_lookup`, as the replacement asks; `nil` where no replacement can be loaded or there is no hook.
        public var fib: FIBAnswer?
        /// `RTM_GETROUTE` in a word: `route`, `not asked`, or the error.
        public var getroute: String
        public var route: RouteLine?
        /// The rule whose table holds that route.
        public var rule: RuleLine?
        /// A rule that decides by more than the destination and is tried before.
        public var packetRule: RuleLine?
        public var neighbor: NeighborLine?
        public var device: DeviceLine?

        public init(
            fib: FIBAnswer?, getroute: String, route: RouteLine?, rule: RuleLine?, packetRule: RuleLine?,
            neighbor: NeighborLine?, device: DeviceLine?
        ) {
            self.fib = fib
            self.getroute = getroute
            self.route = route
            self.rule = rule
            self.packetRule = packetRule
            self.neighbor = neighbor
            self.device = device
        }
    }

    public struct FIBAnswer: Codable, Hashable, Sendable {
        /// `success`, `not-forwarded`, …
        public var lookup: String
        /// What the replacement makes of it, membership left aside.
        public var outcome: String
        public var ifindex: UInt32?
        public var interface: String?
        public var nextHop: IPAddress?
        /// Of the lookup that reads the neighbor.
        public var neighborLookup: String
        public var mac: MACAddress?

        public init(
            lookup: String, outcome: String, ifindex: UInt32?, interface: String?, nextHop: IPAddress?,
            neighborLookup: String, mac: MACAddress?
        ) {
            self.lookup = lookup
            self.outcome = outcome
            self.ifindex = ifindex
            self.interface = interface
            self.nextHop = nextHop
            self.neighborLookup = neighborLookup
            self.mac = mac
        }
    }

    public struct RouteLine: Codable, Hashable, Sendable {
        /// `unicast`, `local`, `blackhole`, …
        public var type: String
        public var prefix: IPPrefix
        /// `main`, `local`, or a number.
        public var table: String
        public var interface: String?
        public var gateway: IPAddress?
        /// Of a multipath route, each `dev … via …`.
        public var nextHops: [String]
        public var scope: String
        /// Who installed it: `kernel`, `boot`, `static`, `bird`, …
        public var `protocol`: String
        public var metric: UInt32

        public init(
            type: String, prefix: IPPrefix, table: String, interface: String?, gateway: IPAddress?,
            nextHops: [String], scope: String, protocol: String, metric: UInt32
        ) {
            self.type = type
            self.prefix = prefix
            self.table = table
            self.interface = interface
            self.gateway = gateway
            self.nextHops = nextHops
            self.scope = scope
            self.protocol = `protocol`
            self.metric = metric
        }
    }

    public struct RuleLine: Codable, Hashable, Sendable {
        public var priority: UInt32
        /// As ip-rule(8) prints it.
        public var text: String
        public init(priority: UInt32, text: String) {
            self.priority = priority
            self.text = text
        }
    }

    /// Of the next hop on the device.
    public struct NeighborLine: Codable, Hashable, Sendable {
        public var address: IPAddress
        /// `reachable`, `stale`, …; `none` where the kernel has no entry.
        public var state: String
        public var mac: MACAddress?
        public init(address: IPAddress, state: String, mac: MACAddress?) {
            self.address = address
            self.state = state
            self.mac = mac
        }
    }

    /// The interface that packets leave by.
    public struct DeviceLine: Codable, Hashable, Sendable {
        public var interface: String
        public var ifindex: UInt32
        /// `veth`, `bridge`, …; `nil` for hardware and loopback.
        public var kind: String?
        public var isUp: Bool
        /// Name of what it is enslaved to, and that one's kind.
        public var master: String?
        public var masterKind: String?
        /// Why the replacement never redirects to it, if so.
        public var denied: String?
        /// The other end, where it could be opened.
        public var peer: EndPoint?
        /// Whether there is another end in a namespace that could not be opened.
        public var isPeerHidden: Bool

        public init(
            interface: String, ifindex: UInt32, kind: String?, isUp: Bool, master: String?, masterKind: String?,
            denied: String?, peer: EndPoint?, isPeerHidden: Bool
        ) {
            self.interface = interface
            self.ifindex = ifindex
            self.kind = kind
            self.isUp = isUp
            self.master = master
            self.masterKind = masterKind
            self.denied = denied
            self.peer = peer
            self.isPeerHidden = isPeerHidden
        }
    }
}
