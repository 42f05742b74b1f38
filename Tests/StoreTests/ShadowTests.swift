import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct ShadowTests {
    @Test func `what a shadow saw comes back as it was, by the beginning of its id`() throws {
        let store = try Scratch().open()
        let (one, other) = try (Sample.shadow(), Sample.shadow(id: "w-ffffffffffff", differing: false))
        try store.save(one)
        try store.save(other)
        #expect(try store.shadow(idPrefix: "w-0a") == one)
        #expect(try store.shadow(idPrefix: "w-f") == other)
        #expect(migrateError { _ = try store.shadow(idPrefix: "w-") }?.code == .unknownID)
        #expect(try store.shadows(ofPlan: one.planID).count == 2)
        #expect(try store.shadows().map(\.differing) == [0, 100])
    }

    @Test func `destinations and packets are rows that SQL can ask`() throws {
        let store = try Scratch().open()
        let shadow = try Sample.shadow()
        try store.save(shadow)
        try store.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM shadow_destinations ORDER BY position")
            #expect(rows.map { $0["address"] as String } == ["10.9.4.11", "10.9.4.12"])
            #expect(
                rows.map { $0["mac_differs"] as Int } == [90, 0] && rows.map { $0["map_misses"] as Int } == [0, 10])
            #expect(rows.map { $0["legacy_mac"] as String? } == ["02:00:00:00:00:01", nil])
            #expect(rows[1]["note"] == "planned: widened" && rows[1]["kernel_mac"] as String? == nil)
            let frames = try String.fetchAll(db, sql: "SELECT frame FROM shadow_packets ORDER BY position")
            #expect(frames == shadow.shown.map(\.frame))
            let sums = try Row.fetchOne(db, sql: "SELECT agreed, packets, eligible, verdict FROM shadows")
            #expect(sums?["agreed"] == 118_400 && sums?["packets"] == 120_037 && sums?["verdict"] == "differ")
            let total: Int? = sums?["eligible"]
            #expect(total == 120_000)
        }
    }

    @Test func `the newest are kept, and those of plans that were applied`() throws {
        let store = try Scratch().open()
        for number in 0..<5 {
            let dropped = try store.save(try Sample.shadow(id: "w-00000000000\(number)"), keep: 3)
            #expect(dropped == (number < 3 ? 0 : 1))
        }
        #expect(try store.shadows().map(\.id) == ["w-000000000004", "w-000000000003", "w-000000000002"])
        let rows = "SELECT count(*) FROM shadow_packets"
        #expect(try store.read { try Int.fetchOne($0, sql: rows) } == 6)
        // The run of a shadow itself takes nothing over.
        let plan = try Sample.shadow().planID
        var run = Sample.run(planID: plan, state: .rolledBack)
        (run.cut, run.purpose) = (.switch, .shadow)
        try store.create(run: run)
        #expect(try store.run(idPrefix: run.id).purpose == .shadow)
        #expect(try store.save(try Sample.shadow(id: "w-000000000005"), keep: 3) == 1)
        try store.create(run: Sample.run(id: "r-112233445566", planID: plan, state: .rolledBack))
        #expect(try store.save(try Sample.shadow(id: "w-000000000006"), keep: 3) == 0)
        #expect(try store.shadows().count == 4)
    }

    @Test func `the same id twice is refused, and nothing of it is kept`() throws {
        let store = try Scratch().open()
        try store.save(try Sample.shadow())
        #expect(migrateError { try store.save(try Sample.shadow()) }?.code == .databaseFailure)
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM shadow_packets") } == 2)
    }
}
