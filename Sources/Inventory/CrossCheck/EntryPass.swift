import Kernel
import Model
import Store

/// Goes once over the entries of every legacy map: read, ask the kernel, judge, count, record.
///
/// One thread reads and asks, the other judges and writes: the first waits for the kernel, the second for the database.
/// Neither keeps what it is done with, so that memory is the same for a thousand entries and for a million.
struct EntryPass {
    /// Batches that may wait between the two threads.
    private static let depth = 4

    let survey: Survey
    let places: [HookPlace]
    let membership: Membership
    let candidates: [[IPAddress: String]]
    let listsAll: Bool
    let judgesSingly: Bool
    /// Takes entries that packets are made for.
    let sample: EntrySample
    /// Told how many entries have been judged, and how many there are at most.
    let progress: (Int, Int) -> Void

    struct Result {
        var tally: EntryTally
        /// Destinations that no map holds, by place.
        var candidates: [[IPAddress: String]]
        /// Of the legacy maps, in their order.
        var counts: [Int]
        var activities: [MapActivity?]
        var keys: KeyCheck
    }

    func run(_ writer: EntryWriter?) throws(MigrateError) -> Result {
        var judge = EntryJudge(
            places, writer: writer, listsAll: listsAll, candidates: candidates,
            maps: survey.legacyMaps.count, singly: judgesSingly, sample: sample)
        var counts = survey.legacyMaps.map { _ in 0 }
        var activities: [MapActivity?] = survey.legacyMaps.map { _ in nil }
        let limit = survey.legacyMaps.reduce(0) { $0 + Int($1.record.maxEntries) }
        var keys = KeyCheck(survey.legacyMaps, membership: membership)
        var begun = -1
        var done = 0
        try Pipeline.run(depth: Self.depth, orFail: { Self.failure($0) }) { (inlet) throws(MigrateError) in
            try make(inlet, &counts, &activities)
        } taking: { (batch: AskedBatch) throws(MigrateError) in
            // An empty map is recorded, too: all up to this one are begun.
            while begun < batch.map { begin(&begun, writer) }
            try judge.take(batch)
            keys.look(at: batch)
            done += batch.entries.count
            progress(done, limit)
        }
        while begun + 1 < survey.legacyMaps.count { begin(&begun, writer) }
        judge.settle()
        try keepRest(writer)
        return Result(
            tally: judge.tally, candidates: judge.candidates, counts: counts, activities: activities, keys: keys)
    }

    private func begin(_ begun: inout Int, _ writer: EntryWriter?) {
        begun += 1
        let map = survey.legacyMaps[begun]
        writer?.begin(map: map.record.id, macOffset: map.layout.value.destinationMACOffset)
    }

    /// Runs on a thread of its own.
    private func make(
        _ inlet: borrowing Pipeline.Inlet<AskedBatch>, _ counts: inout [Int], _ activities: inout [MapActivity?]
    ) throws(MigrateError) {
        var check = CrossCheck(places)
        for (number, map) in survey.legacyMaps.enumerated() {
            let isTaken = try reading("map \(map.record.title)") { () throws(KernelError) in
                var twice = TwoReadings()
                while let entries = try twice.next(survey.openMaps[number].map) {
                    let batch = try check.ask(entries, map: number, targets: map.layout.decode(entries))
                    guard inlet.send(batch) else { return false }
                }
                counts[number] = twice.count
                activities[number] = twice.activity
                return true
            }
            guard isTaken else { return }
        }
    }

    /// The small maps that the profile keeps: their bytes, and nothing asked.
    private func keepRest(_ writer: EntryWriter?) throws(MigrateError) {
        guard let writer else { return }
        var current: UInt32?
        for batch in survey.keptEntries {
            if batch.mapID != current { writer.begin(map: batch.mapID, macOffset: nil) }
            current = batch.mapID
            try writer.append(batch)
        }
    }

    private static func failure(_ error: KernelError) -> MigrateError {
        MigrateError(
            .kernelRead, "cannot start a thread", facts: [error.description],
            remedy: "Look at the machine:  migrate preflight")
    }
}
