import Kernel
import Model

/// Reads a map twice, the second time some batches behind the first: what differs changed by itself meanwhile.
///
/// Behind and not after the first, because that one waits for the judging half of the time; read at the end, the second
/// would keep everybody waiting. A map with fewer batches than the lag is read again when it has been read.
struct TwoReadings {
    /// Batches between the two: of a map of a million entries a quarter of a second or more.
    private static let lag = 64

    private let clock = ContinuousClock()
    private let start = ContinuousClock.now
    private var secondStart: ContinuousClock.Instant?
    private var cursors = (EntryCursor(), EntryCursor())
    private var sketches = (MapSketch(), MapSketch())
    private var batches = 0

    /// The next batch of the first reading; `nil` when both are at their ends.
    mutating func next(_ map: borrowing BPFMap) throws(KernelError) -> EntryBatch? {
        if batches >= Self.lag { _ = try again(map) }
        if let batch = try map.next(&cursors.0) {
            batches += 1
            sketches.0.add(batch)
            return batch
        }
        while try again(map) {}
        return nil
    }

    private mutating func again(_ map: borrowing BPFMap) throws(KernelError) -> Bool {
        if secondStart == nil { secondStart = clock.now }
        guard let batch = try map.next(&cursors.1) else { return false }
        sketches.1.add(batch)
        return true
    }

    /// Entries of the first reading.
    var count: Int { sketches.0.count }

    /// Of both readings, which must have come to their ends.
    var activity: MapActivity {
        let interval = ((secondStart ?? start) - start) / .milliseconds(1)
        return sketches.0.activity(until: sketches.1, milliseconds: Int(interval))
    }
}
