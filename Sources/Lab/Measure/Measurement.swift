import Model

/// What was measured, round by round: every sample is kept, medians and ratios are the reader's.
public struct Measurement: Codable, Hashable, Sendable {
    public var formatVersion = "1.0"
    public var kind = "measurement"
    public var tables: [Table]

    public init(tables: [Table]) { self.tables = tables }

    /// Contestants that took turns in one setting.
    public struct Table: Codable, Hashable, Sendable {
        public var deployment: LabFamily
        /// Of the addresses that packets were sent to.
        public var addresses: AddressFamily
        public var metric: Metric
        /// How many routes, neighbors and map entries were added to the lab's own.
        public var entries: Int = 0
        public var series: [Series]
    }

    public struct Series: Codable, Hashable, Sendable {
        public var name: String
        /// One for each round, in the unit of the metric. The same place in two series is the same round.
        public var samples: [UInt64]
    }

    public enum Metric: String, Codable, Hashable, Sendable, CaseIterable {
        /// Mean nanoseconds of one run of a program.
        case cost
        /// Nanoseconds from a byte sent over TCP to its answer; the median of a slice.
        case roundTrip = "round-trip"
        /// UDP packets of 64 bytes that reached the pod's socket, per second.
        case packets
        /// Frames of 64 bytes of payload per second that came from the sender's interface to the pod's stack, without
        /// the work of either end's sockets.
        case forwarding
        /// Bytes per second of one TCP connection.
        case bulk
    }
}
