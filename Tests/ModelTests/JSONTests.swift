import FoundationEssentials
import Model
import ModelSamples
import Testing

/// Every document comes back as it went, under the keys other programs rely on.
@Suite struct JSONTests {
    private func comesBack<Document: Codable>(_ document: Document) throws {
        let bytes = try JSON.canonical(document)
        let again = try JSON.decode(Document.self, from: bytes)
        #expect(try String(decoding: JSON.canonical(again), as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
    }

    @Test func `a plan comes back`() throws { try comesBack(Sample.plan(blocked: true)) }
    @Test func `a decision comes back`() throws {
        let decision = try Sample.decision()
        #expect(try JSON.decode(Decision.self, from: JSON.canonical(decision)) == decision)
    }
    @Test func `a run comes back`() throws {
        try comesBack(Sample.rolledBack(planID: "p-1"))
        try comesBack(Sample.run(planID: "p-1"))
    }
    @Test func `a report comes back`() throws { try comesBack(Sample.report()) }
    @Test func `a status comes back`() throws { try comesBack(Sample.status()) }
    @Test func `a snapshot comes back`() throws { try comesBack(Sample.snapshot()) }
    @Test func `a profile with every field comes back`() throws {
        let yaml = BuiltInProfiles.sources[0].yaml
            .replacing("destination_mac_offset: 4", with: "destination_mac_offset: 4, source_mac_offset: 12")
            .replacing("size: 12,", with: "size: 20,")
        let profile = try ProfileReader.profile(fromYAML: yaml, file: "x")
        #expect(try JSON.decode(Profile.self, from: JSON.canonical(profile)) == profile)
    }

    @Test func `keys are snake_case, counts keep their words`() throws {
        let text = try JSON.pretty(Sample.plan())
        for key in [
            "format_version", "plan_id", "machine_id", "boot_id", "snapshot_id", "key_size", "entries_total",
            "break_glass", "stale-interface", "destination_mac_offset", "on_failure",
        ] {
            #expect(text.contains("\"\(key)\""), "\(key)")
        }
        let counters = try JSON.decode(StatusDocument.self, from: JSON.canonical(Sample.status())).counters
        #expect(counters["fib-miss"] == 3)
        let odd = StatusDocument(state: "idle", counters: ["fell_forward": 1, "aB": 2])
        #expect(try JSON.decode(StatusDocument.self, from: JSON.canonical(odd)).counters == odd.counters)
    }

    @Test func `no key looks broken`() throws {
        for text in [
            try JSON.pretty(Sample.snapshot()), try JSON.pretty(Sample.plan()), try JSON.pretty(Sample.report()),
            try JSON.pretty(Sample.run(planID: "p-1")),
        ] {
            let keys = Set(text.matches(of: /"([a-z_A-Z]+)" :/).map { String($0.1) })
            #expect(
                keys.allSatisfy { key in !key.split(separator: "_").contains { $0.count == 1 } }, "\(keys.sorted())")
        }
    }

    @Test func `times are RFC 3339`() throws {
        #expect(try JSON.pretty(Sample.plan()).contains("\"2026-02-03T04:05:06Z\""))
    }

    @Test func `unknown keys are ignored`() throws {
        let json = #"{"id":1,"name":"x","tag":"y","later":{"a":1}}"#
        #expect(try JSON.decode(ProgramReference.self, from: Array(json.utf8)).id == 1)
    }
}
