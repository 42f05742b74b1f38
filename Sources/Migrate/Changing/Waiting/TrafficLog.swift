import Inventory
import Kernel
import Model
import Store

/// What the switches count while a command waits, every second at first, more rarely in a long window: a report draws it.
struct TrafficLog {
    private let store: Store
    private let runID: String
    private var samples: [TrafficSample]
    /// Nanoseconds between two samples.
    private var pace: UInt64 = 900_000_000
    private var isSaved = true

    /// As many as are kept.
    private static let limit = 240
    /// So many at most are lost with a process that is killed.
    private static let saving = 10

    /// Goes on where an earlier command left off.
    init(store: Store, runID: String) {
        self.store = store
        self.runID = runID
        samples = ((try? store.traffic(run: runID)) ?? nil) ?? []
    }

    /// Reads the counters if it is time to.
    mutating func look(_ run: RunAtHand) {
        let now = BootClock.now()
        guard now >= (samples.last?.atNs ?? 0) &+ pace, let sides = RunInspector.sides(of: run.record) else { return }
        samples.append(TrafficSample(atNs: now, sides, share: run.outlook.share))
        isSaved = false
        if samples.count > Self.limit {
            samples = TrafficSample.thinned(samples, limit: Self.limit)
            pace *= 2
        }
        if samples.count.isMultiple(of: Self.saving) { save() }
    }

    /// A journal that cannot be written stops nobody from waiting.
    mutating func save() {
        guard !isSaved else { return }
        try? store.set(traffic: samples, run: runID)
        isSaved = true
    }
}
