/// What to send.
public struct TrafficOptions: Hashable, Sendable {
    /// Names of pods; empty means every pod that is reachable while the map decides.
    public var pods: [String]
    /// Packets per second to each address, 1…10,000.
    public var rate: Int
    /// The end, if nobody stops it before; 1…3,600.
    public var seconds: Int
    /// The end as well, once so many were sent to each address.
    public var packets: Int?
    /// Also to the pods' IPv6 addresses. Ambient's map does not know them: they go through the stack.
    public var ipv6: Bool
    /// How long to wait for packets that are still under way.
    public var drainMilliseconds: Int
    /// Bytes of UDP payload, 28…1,400.
    public var payload: Int

    public init(
        pods: [String] = [], rate: Int = 500, seconds: Int = 120, ipv6: Bool = false, drainMilliseconds: Int = 500,
        payload: Int = 64, packets: Int? = nil
    ) {
        self.pods = pods
        self.rate = rate
        self.seconds = seconds
        self.ipv6 = ipv6
        self.drainMilliseconds = drainMilliseconds
        self.payload = payload
        self.packets = packets
    }

    /// So many packets to each address, however long that takes a machine that is busy.
    public static func burst(_ pods: [String], rate: Int = 2000, packets: Int = 500, ipv6: Bool = false)
        -> TrafficOptions
    {
        TrafficOptions(pods: pods, rate: rate, seconds: 20, ipv6: ipv6, drainMilliseconds: 200, packets: packets)
    }

    func validate() throws(LabError) {
        func require(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(LabError) {
            guard range.contains(value) else {
                throw LabError(
                    .unusable, "\(name) \(value) cannot be used",
                    facts: ["between \(range.lowerBound) and \(range.upperBound)"])
            }
        }
        try require("rate", rate, 1...10_000)
        try require("seconds", seconds, 1...3600)
        try require("drain", drainMilliseconds, 0...60_000)
        try require("payload", payload, TrafficPacket.size...1400)
    }
}
