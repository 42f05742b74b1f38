import Model

/// What became of every packet.
public struct Ledger: Codable, Hashable, Sendable {
    /// One direction of traffic: from the proxy to one address.
    public struct Flow: Codable, Hashable, Sendable {
        public var pod: String
        public var address: IPAddress
        /// Handed to the kernel.
        public var sent: UInt64
        /// Different packets that arrived.
        public var received: UInt64
        /// Sent and never arrived.
        public var lost: UInt64
        /// Further copies of packets that arrived.
        public var duplicated: UInt64
        /// Packets that a later one overtook.
        public var reordered: UInt64
        /// Packets that the kernel refused to send; they are not among `sent`.
        public var refused: UInt64
        /// Packets that reached the receiving socket, which pods of one namespace share, and found it full: the lab's
        /// fault, not the node's.
        public var droppedByReceiver: UInt64
        /// Between two arrivals.
        public var longestSilenceMicroseconds: UInt64
        /// Between sending and receiving.
        public var longestDelayMicroseconds: UInt64

        init(pod: String, address: IPAddress, sent: UInt64, refused: UInt64, dropped: UInt64, count: FlowCount) {
            self.pod = pod
            self.address = address
            self.sent = sent
            self.refused = refused
            received = count.received
            lost = sent > received ? sent - received : 0
            duplicated = count.duplicated
            reordered = count.reordered
            droppedByReceiver = dropped
            longestSilenceMicroseconds = count.longestSilence / 1000
            longestDelayMicroseconds = count.longestDelay / 1000
        }
    }

    public var formatVersion = "1.0"
    public var kind = "ledger"
    /// Marks the packets of this run.
    public var run: String
    /// Packets per second and flow that were asked for.
    public var rate: Int
    public var milliseconds: UInt64
    public var flows: [Flow]

    public init(run: String, rate: Int, milliseconds: UInt64, flows: [Flow]) {
        self.run = run
        self.rate = rate
        self.milliseconds = milliseconds
        self.flows = flows
    }

    public var sent: UInt64 { flows.reduce(0) { $0 + $1.sent } }
    public var received: UInt64 { flows.reduce(0) { $0 + $1.received } }
    public var lost: UInt64 { flows.reduce(0) { $0 + $1.lost } }
    public var duplicated: UInt64 { flows.reduce(0) { $0 + $1.duplicated } }
    public var reordered: UInt64 { flows.reduce(0) { $0 + $1.reordered } }

    /// Every packet arrived once, in order, and some were sent.
    public var isClean: Bool { sent > 0 && lost == 0 && duplicated == 0 && reordered == 0 }

    /// The flows of one pod.
    public func flows(of pod: String) -> [Flow] { flows.filter { $0.pod == pod } }
}
