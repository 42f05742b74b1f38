/// How the neighbors of planned destinations and their devices were at one moment, as the kernel told.
public struct HealthReading: Codable, Hashable, Sendable {
    /// A destination that the replacement should deliver: an address behind an interface.
    public struct Destination: Codable, Hashable, Sendable {
        /// Cookie of the hook's namespace.
        public var netns: UInt64
        public var ifindex: UInt32
        public var address: IPAddress

        public init(netns: UInt64, ifindex: UInt32, address: IPAddress) {
            self.netns = netns
            self.ifindex = ifindex
            self.address = address
        }
    }

    /// What a device counted since it was made.
    public struct Device: Codable, Hashable, Sendable {
        public var netns: UInt64
        public var ifindex: UInt32
        public var interface: String
        /// Receive and transmit errors, and packets that it did not transmit (`rtnl_link_stats64`: rx_errors, tx_errors,
        /// tx_dropped). A veth counts as dropped what its peer would not take.
        public var errors: UInt64

        public init(netns: UInt64, ifindex: UInt32, interface: String, errors: UInt64) {
            self.netns = netns
            self.ifindex = ifindex
            self.interface = interface
            self.errors = errors
        }
    }

    /// A namespace that could not be read: of what is in it nothing is known.
    public struct Gap: Codable, Hashable, Sendable {
        public var netns: UInt64
        public var why: String

        public init(netns: UInt64, why: String) {
            self.netns = netns
            self.why = why
        }
    }

    /// Planned destinations whose neighbor has failed, on whichever interface: another one than planned is a wrong device.
    public var failed: [Destination]
    public var devices: [Device]
    public var gaps: [Gap]

    public init(failed: [Destination], devices: [Device], gaps: [Gap] = []) {
        self.failed = failed
        self.devices = devices
        self.gaps = gaps
    }
}

/// What a run is tried with, and its health is judged by; kept with the run, so that whoever waits for it judges alike.
public struct RunTrial: Codable, Hashable, Sendable {
    /// Of the flows, what went to the replacement at first.
    public var share: FlowShare
    /// Failures that are too many; `nil`: the breaker is off.
    public var breaker: FlowShare?
    /// For a shell; its exit code is the answer.
    public var check: String?
    /// Between two checks, and how long one may take.
    public var everySeconds: Int
    public var destinations: [HealthReading.Destination]
    /// Just before the flip.
    public var before: HealthReading?

    public init(
        share: FlowShare, breaker: FlowShare?, check: String?, everySeconds: Int,
        destinations: [HealthReading.Destination] = [], before: HealthReading? = nil
    ) {
        self.share = share
        self.breaker = breaker
        self.check = check
        self.everySeconds = everySeconds
        self.destinations = destinations
        self.before = before
    }
}
