import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

/// The clock was set back by hours: what came last is the newest all the same.
@Suite struct SetBackTests {
    let scratch: Scratch
    let store: Store
    private let later = Sample.time + 5 * 3600
    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    @Test func `the last run is the one that was begun last`() throws {
        try store.create(run: Sample.run(id: "r-1", planID: "p-1", state: .rolledBack, startedAt: later))
        try store.create(run: Sample.run(id: "r-2", planID: "p-1", state: .committed, startedAt: Sample.time))
        #expect(try store.runs().map(\.id) == ["r-2", "r-1"])
        #expect(try store.latestRun()?.id == "r-2")
        #expect(migrateError { _ = try store.run(idPrefix: "r-") }?.facts == ["Recorded, newest first: r-2, r-1."])
    }

    @Test func `a plan's newest document is the one that was kept last`() throws {
        _ = try store.saveSample(snapshot: "s-1", at: later, matching: 1)
        let last = try store.saveSample(snapshot: "s-2", at: Sample.time, matching: 2)
        #expect(try store.plan(idPrefix: last.planID).createdAt == last.createdAt)
        #expect(try store.plans().map(\.createdAt) == [last.createdAt])
        #expect(try store.snapshots().map(\.id) == ["s-2", "s-1"])
        #expect(try store.number("SELECT count(*) FROM newest_snapshot WHERE snapshot_id = 's-2'") == 1)
        #expect(try store.number("SELECT count(*) FROM maps WHERE snapshot_id = 's-1'") == 0)
        for view in ["blockers", "warnings"] {
            let old = "SELECT count(*) FROM \(view) WHERE created_at > '\(Timestamp.text(last.createdAt))'"
            #expect(try store.number(old) == 0)
        }
    }

    /// The snapshot that was just taken would be the oldest of all, and would go with its plan.
    @Test func `pruning keeps what came last`() throws {
        for number in 1...Store.snapshotsKept {
            try store.save(Sample.snapshot(id: "s-old\(number)", takenAt: later + Double(number)))
        }
        let plan = try store.saveSample(snapshot: "s-new", at: Sample.time)
        #expect(try store.prune().snapshots == 1)
        #expect(try store.snapshots().first?.id == "s-new")
        #expect(try store.plan(idPrefix: plan.planID).snapshotID == "s-new")
        #expect(try !store.snapshots().map(\.id).contains("s-old1"))
    }
}
