import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

@Suite struct SnapshotTests {
    let scratch: Scratch
    let store: Store
    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    @Test func `a snapshot comes back whole`() throws {
        let snapshot = try Sample.snapshot()
        try store.save(snapshot, decode: Sample.profile().maps[0].decode)
        let again = try store.snapshot(idPrefix: "s-3f9")
        #expect(try JSON.pretty(again) == JSON.pretty(snapshot))
        // JSON keeps whole seconds and all of a namespace, equality only its cookie.
        #expect(again.takenAt == snapshot.takenAt)
        #expect(again.hooks == snapshot.hooks)
    }

    @Test func `an empty snapshot comes back`() throws {
        let snapshot = Snapshot(id: "s-0", takenAt: Sample.time + 0.123, node: Sample.node, profile: "x")
        try store.save(snapshot) { _ in nil }
        let again = try store.snapshot(idPrefix: "s-0")
        #expect(try JSON.pretty(again) == JSON.pretty(snapshot))
        #expect(abs(again.takenAt.timeIntervalSince(snapshot.takenAt)) < 0.0005)
    }

    @Test func `entries are stored as bytes and as what they mean`() throws {
        try store.save(Sample.snapshot(), decode: Sample.profile().maps[0].decode)
        let rows = try store.read {
            try Row.fetchAll($0, sql: "SELECT hex(key), address, ifindex, mac FROM map_entries")
        }
        #expect(
            rows.map { Array($0.databaseValues) } == [
                [
                    "0A090004".databaseValue, "10.9.0.4".databaseValue, 12.databaseValue,
                    "02:00:00:00:00:04".databaseValue,
                ],
                ["0A090005".databaseValue, .null, .null, .null],
            ])
    }

    @Test func `entries come by key, whatever their width`() throws {
        var snapshot = try Sample.snapshot()
        snapshot.entries = (0..<300).map { number in
            let tail = [UInt8(truncatingIfNeeded: number * 7), UInt8(number / 256)]
            return MapEntry(
                mapID: 41, key: [UInt8](repeating: 1, count: 18) + tail + [UInt8(number % 256), UInt8(number / 256)],
                value: tail)
        }
        try store.save(snapshot) { _ in nil }
        let again = try store.snapshot(idPrefix: snapshot.id).entries
        #expect(again == snapshot.entries.sorted { $0.key.lexicographicallyPrecedes($1.key) })
    }

    @Test func `a hook that contradicts its filter is refused`() throws {
        var snapshot = try Sample.snapshot()
        snapshot.hooks[0].filter?.handle = 99
        #expect(migrateError { try store.save(snapshot) { _ in nil } }?.code == .bug)
        #expect(try store.snapshots().isEmpty)
    }

    @Test func `a snapshot is saved once`() throws {
        try store.save(Sample.snapshot()) { _ in nil }
        #expect(migrateError { try store.save(Sample.snapshot()) { _ in nil } }?.code == .databaseFailure)
    }

    @Test func `a key twice is refused`() throws {
        var snapshot = try Sample.snapshot()
        snapshot.entries.append(snapshot.entries[0])
        let error = migrateError { try store.save(snapshot) { _ in nil } }
        #expect(error?.code == .databaseFailure)
        #expect(error?.facts.first?.contains("UNIQUE") == true)
    }

    /// Statements that must not pass.
    @Test(arguments: [
        "UPDATE snapshots SET snapshot_id = 'x-1'",
        "UPDATE snapshots SET taken_at = 'yesterday'",
        "UPDATE hooks SET direction = 'sideways'",
        "UPDATE hooks SET kind = 'qdisc'",
        "UPDATE hooks SET priority = 65536",
        "UPDATE hooks SET program_name = NULL WHERE position = 0",
        "UPDATE map_entries SET key = x''",
        "UPDATE map_entries SET key = 'text'",
        "UPDATE map_entries SET mac = NULL WHERE address IS NOT NULL",
        "UPDATE map_entries SET map_id = 7",
        "UPDATE links SET mac = '0'",
        "UPDATE links SET ifindex = 'seven'",
        "UPDATE rules SET family = 'ipx'",
        "UPDATE routes SET next_hops = 'not json'",
        "UPDATE findings SET verdict = 'fine'",
        "UPDATE findings SET effect = 'fine'",
        "UPDATE findings SET plan_row = 99",
        "UPDATE plans SET document = '{'",
        "UPDATE plans SET snapshot_id = 's-nowhere'",
        "UPDATE runs SET state = 'done'",
        "UPDATE runs SET reason = 'mood'",
        "UPDATE journal SET evidence = NULL",
        "UPDATE journal SET sequence = 0",
        "DELETE FROM plans",
        "INSERT INTO neighbors SELECT 's-nowhere', position, netns, ifindex, address, mac, state, flags FROM neighbors",
    ])
    func `the schema refuses nonsense`(sql: String) throws {
        let plan = try store.saveSample()
        let run = Sample.run(planID: plan.planID)
        try store.create(run: run)
        try store.end(run: run.id, sequence: store.begin(run: run.id, phase: "a", intent: "b"), evidence: "c")
        let error = migrateError { try store.execute(sql) }
        #expect(error?.code == .databaseFailure)
        #expect(error?.facts.first?.contains("constraint failed") == true)
    }
}
