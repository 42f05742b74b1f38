/// What is counted of one flow while it runs.
struct FlowCount {
    private var seen = SequenceSet()
    private var highest: UInt64?
    private var lastArrival: UInt64?
    private(set) var duplicated: UInt64 = 0
    private(set) var reordered: UInt64 = 0
    /// Nanoseconds.
    private(set) var longestSilence: UInt64 = 0
    /// Nanoseconds.
    private(set) var longestDelay: UInt64 = 0

    /// Different packets that arrived.
    var received: UInt64 { seen.count }

    /// - Parameters:
    ///   - sent: when it left, on the same clock as `now`.
    ///   - now: nanoseconds.
    mutating func record(_ sequence: UInt64, sent: UInt64, at now: UInt64) {
        if let last = lastArrival { longestSilence = max(longestSilence, now &- last) }
        lastArrival = now
        longestDelay = max(longestDelay, now > sent ? now - sent : 0)
        guard seen.insert(sequence) else {
            duplicated += 1
            return
        }
        // One that a later number overtook; the overtaking one is in order.
        if let highest, sequence < highest { reordered += 1 }
        highest = max(highest ?? 0, sequence)
    }
}
