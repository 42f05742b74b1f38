import Foundation
import Model
import ModelSamples
import Testing

/// docs/schema and the documents of plans, runs and status say the same.
@Suite struct DocumentSchemaTests {
    private func schema(_ name: String) throws -> [String: Any] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "docs/schema/\(name).schema.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func object(_ document: some Encodable) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(try JSON.canonical(document))) as? [String: Any])
    }

    /// With something in every place.
    private func full() -> StatusDocument {
        let sample = Sample.switched(share: CellWord.wholeShare / 20)
        var status = Sample.status()
        status.show(sample.run, sample.outlook)
        (status.lastState, status.reason, status.waitingFor) = (.rolledBack, .deadline, "a confirmation")
        status.fellForward = true
        status.shadows = ["shadow w-1"]
        status.remains = ["map 41"]
        status.show(gone: ["hz2 clsact/ingress"])
        status.notRead = ["journal: damaged"]
        status.sides = TrafficSides(counters: ["legacy_share": 900, "redirected": 100, "widened": 4]).adding(
            .init(neighborsFailed: 1, deviceErrors: 2))
        status.enrolled = .init(planned: 2, left: 1, pruned: ["veth1"], room: 64)
        return status
    }

    @Test func `status documents fit, the fullest and the barest`() throws {
        let schema = try schema("status")
        for status in [full(), Sample.status(), StatusDocument(state: "idle"), StatusDocument(state: "unknown")] {
            #expect(SchemaCheck.faults(try object(status), schema) == [])
        }
        let known = try #require(schema["properties"] as? [String: Any]).keys
        #expect(Set(try object(full()).keys) == Set(known), "a key that no document ever shows, or no schema knows")
        for state in RunState.allCases {
            #expect(SchemaCheck.faults(try object(StatusDocument(state: state.rawValue)), schema) == [])
        }
    }

    @Test func `what is missing, misnamed or of another kind does not fit`() throws {
        var status = try object(full())
        status["drift"] = nil
        status["hooks"] = 3
        status["state"] = "well"
        status["share"] = 101
        status["trouble"] = []
        let faults = SchemaCheck.faults(status, try schema("status"))
        let expected = [
            "$.drift is missing", "$.hooks is no list", "$.share: 101 is out of range", "$.trouble is not known",
        ]
        #expect(expected.filter { !faults.contains($0) } == [])
        #expect(faults.count == 5 && faults.contains { $0.hasPrefix("$.state: well is none of ") }, "\(faults)")
    }

    @Test func `plans and runs fit schemas of their own, which are the report's`() throws {
        for plan in [try Sample.plan(), try Sample.plan(blocked: true)] {
            #expect(SchemaCheck.faults(try object(plan), try schema("plan")) == [])
        }
        #expect(SchemaCheck.faults(try object(Sample.rolledBack(planID: "p-1")), try schema("run")) == [])
        let parts = try #require(try schema("report")["$defs"] as? [String: Any])
        for name in ["plan", "run", "status"] {
            let own = try schema(name)
            for (part, body) in try #require(own["$defs"] as? [String: Any]) {
                #expect((body as? NSDictionary) == (parts[part] as? NSDictionary), "\(name): \(part)")
            }
            guard let whole = parts[name] as? [String: Any] else { continue }
            for key in ["properties", "required"] {
                #expect((own[key] as? NSObject) == (whole[key] as? NSObject), "\(name): \(key)")
            }
        }
    }
}
