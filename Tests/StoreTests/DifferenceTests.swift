import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct DifferenceTests {
    @Test func `what an equivalence run found is kept with its plan, and goes with it`() throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        var plan = try Sample.plan(snapshotID: "s-1", findings: [])
        plan.equivalence = try Sample.equivalence()
        plan.equivalence.differences.append(try Sample.difference())
        try store.save(try Sample.snapshot(id: "s-1"), plan: try plan.sealed(), findings: [])
        let difference = try Sample.difference()
        try store.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM equivalence_differences ORDER BY position")
            #expect(rows.count == 2)
            let row = try #require(rows.first)
            #expect(row["plan_id"] == plan.planID && row["hook"] == "hz clsact/ingress" && row["kind"] == "udp")
            #expect(row["legacy_verdict"] == "redirect" && row["replacement_verdict"] == "ok")
            #expect(row["frame"] == difference.frame && row["packet"] == difference.packet)
            #expect(row["legacy_frame"] == difference.legacy.frame)
            let words = try String.fetchOne(
                db, sql: "SELECT printf('%x', legacy_control_block ->> 4) FROM equivalence_differences")
            #expect(words == "c001f00d")
        }
        #expect(try store.plan(idPrefix: plan.planID).equivalence == plan.equivalence)
        // Plans go with their snapshots when others come.
        for number in 2...12 {
            let id = "s-\(number)"
            let other = try Sample.plan(
                snapshotID: id, createdAt: Sample.time.addingTimeInterval(Double(number)), findings: [])
            try store.save(
                try Sample.snapshot(id: id, takenAt: Sample.time.addingTimeInterval(Double(number))), plan: other,
                findings: [])
        }
        _ = try store.prune(keep: 2)
        try store.read { db in
            let left = try Int.fetchOne(db, sql: "SELECT count(*) FROM equivalence_differences")
            #expect(left == 0)
        }
    }
}
