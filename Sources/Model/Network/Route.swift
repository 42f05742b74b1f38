/// A route (`RTM_NEWROUTE`, include/uapi/linux/rtnetlink.h).
public struct Route: Codable, Hashable, Sendable {
    /// One way a multipath route may go.
    public struct NextHop: Codable, Hashable, Sendable {
        public var ifindex: UInt32
        public var gateway: IPAddress?
        public init(ifindex: UInt32, gateway: IPAddress?) {
            self.ifindex = ifindex
            self.gateway = gateway
        }
    }

    /// `RTN_*`.
    public enum Kind: UInt8, Codable, Sendable {
        case unspecified = 0, unicast, local, broadcast, anycast, multicast, blackhole, unreachable, prohibit
        case throwing, nat, xresolve

        /// As `ip route` prints it.
        public var name: String { self == .throwing ? "throw" : "\(self)" }
    }

    /// Cookie of the namespace.
    public var netns: UInt64
    public var table: UInt32
    public var kind: Kind
    public var destination: IPPrefix
    public var gateway: IPAddress?
    public var outputInterface: UInt32?
    /// More than one for a multipath route; empty where `gateway` and `outputInterface` say it all.
    public var nextHops: [NextHop]
    public var metric: UInt32
    /// `RT_SCOPE_*`.
    public var scope: UInt8
    /// `RTPROT_*`: who installed it.
    public var origin: UInt8
    public var preferredSource: IPAddress?
    /// `RTNH_F_*` of the route: 1 dead, 16 link down.
    public var flags: UInt32

    public init(
        netns: UInt64, table: UInt32, kind: Kind, destination: IPPrefix, gateway: IPAddress? = nil,
        outputInterface: UInt32? = nil, nextHops: [NextHop] = [], metric: UInt32 = 0, scope: UInt8 = 0,
        origin: UInt8 = 0, preferredSource: IPAddress? = nil, flags: UInt32 = 0
    ) {
        self.netns = netns
        self.table = table
        self.kind = kind
        self.destination = destination
        self.gateway = gateway
        self.outputInterface = outputInterface
        self.nextHops = nextHops
        self.metric = metric
        self.scope = scope
        self.origin = origin
        self.preferredSource = preferredSource
        self.flags = flags
    }

    public var isMultipath: Bool { nextHops.count > 1 }

    /// `RT_TABLE_MAIN`.
    public static let mainTable: UInt32 = 254
    /// `RT_TABLE_LOCAL`.
    public static let localTable: UInt32 = 255
}
