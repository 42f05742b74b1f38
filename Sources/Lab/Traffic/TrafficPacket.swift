/// The payload of one packet: whose it is, which one, and when it left.
struct TrafficPacket: Equatable {
    /// Of the run, so that nothing else is counted.
    var run: UInt64
    var flow: UInt32
    var sequence: UInt64
    /// Nanoseconds (CLOCK_MONOTONIC).
    var sent: UInt64

    static let size = 28

    /// Big-endian fields, then zeros up to `count`.
    func bytes(count: Int) -> [UInt8] {
        Self.field(run) + Self.field(flow) + Self.field(sequence) + Self.field(sent)
            + [UInt8](repeating: 0, count: max(0, count - Self.size))
    }

    /// `nil` if it is too short.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count >= Self.size else { return nil }
        var rest = bytes[...]
        func take<T: FixedWidthInteger>(_: T.Type) -> T {
            let size = T.bitWidth / 8
            defer { rest = rest.dropFirst(size) }
            return rest.prefix(size).reduce(0) { $0 << 8 | T($1) }
        }
        run = take(UInt64.self)
        flow = take(UInt32.self)
        sequence = take(UInt64.self)
        sent = take(UInt64.self)
    }

    init(run: UInt64, flow: UInt32, sequence: UInt64, sent: UInt64) {
        self.run = run
        self.flow = flow
        self.sequence = sequence
        self.sent = sent
    }

    private static func field(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
