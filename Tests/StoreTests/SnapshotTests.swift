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
        try store.save(snapshot, entries: Sample.entries())
        let again = try store.snapshot(idPrefix: "s-3f9")
        #expect(try JSON.pretty(again) == JSON.pretty(snapshot))
        // JSON keeps whole seconds and all of a namespace, equality only its cookie.
        #expect(again.takenAt == snapshot.takenAt)
        #expect(again.hooks == snapshot.hooks)
        #expect(try store.entries(snapshotID: snapshot.id) == Sample.entries())
    }

    @Test func `an empty snapshot comes back`() throws {
        let snapshot = Snapshot(id: "s-0", takenAt: Sample.time + 0.123, node: Sample.node, profile: "x")
        try store.save(snapshot)
        let again = try store.snapshot(idPrefix: "s-0")
        #expect(try JSON.pretty(again) == JSON.pretty(snapshot))
        #expect(abs(again.takenAt.timeIntervalSince(snapshot.takenAt)) < 0.0005)
    }

    @Test func `entries are stored as bytes and as what they mean`() throws {
        try store.save(Sample.snapshot(), entries: Sample.entries())
        let rows = try store.read {
            try Row.fetchAll(
                $0,
                sql: """
                    SELECT hex(e.key), e.address, e.ifindex, hex(substr(e.value, r.mac_offset + 1, 6)), e.answer_row
                    FROM entry_ranges AS r
                    JOIN entry_rows AS e ON e.entry_row >= r.first_entry AND e.entry_row < r.end_entry
                    """)
        }
        let first: [DatabaseValue] = [
            "0A090004".databaseValue, "10.9.0.4".databaseValue, 12.databaseValue, "020000000004".databaseValue, .null,
        ]
        let second: [DatabaseValue] = ["0A090005".databaseValue, .null, .null, "".databaseValue, .null]
        #expect(rows.map { Array($0.databaseValues) } == [first, second])
    }

    @Test func `entries come as they were written, whatever their width`() throws {
        let entries = (0..<300).map { number in
            let tail = [UInt8(truncatingIfNeeded: number * 7), UInt8(number / 256)]
            return MapEntry(
                mapID: 41, key: [UInt8](repeating: 1, count: 18) + tail + [UInt8(number % 256), UInt8(number / 256)],
                value: tail)
        }
        let snapshot = try Sample.snapshot()
        try store.save(snapshot, entries: entries)
        #expect(try store.entries(snapshotID: snapshot.id) == entries)
        #expect(try store.entries(snapshotID: snapshot.id, limit: 7) == Array(entries.prefix(7)))
        #expect(try store.entryCount(snapshotID: snapshot.id) == 300)
    }

    /// Every length that four numbers can have, and IPv6.
    @Test func `addresses are written as they are read`() throws {
        let text = AddressText()
        let numbers: [UInt32] = [0, 7, 9, 10, 42, 99, 100, 199, 200, 255]
        for one in numbers {
            for two in numbers {
                let address = IPAddress.v4(one << 24 | two << 16 | two << 8 | one)
                let count = text.write(address)
                #expect(text.string(count) == address.description)
            }
        }
        for written in ["::", "::1", "fd00::4", "2001:db8:1111:2222:3333:4444:5555:6666", "::ffff:1.2.3.4"] {
            let address = try #require(IPAddress(written))
            let count = text.write(address)
            #expect(text.string(count) == address.description)
        }
    }

    @Test func `a hook that contradicts its filter is refused`() throws {
        var snapshot = try Sample.snapshot()
        snapshot.hooks[0].filter?.handle = 99
        #expect(migrateError { try store.save(snapshot) }?.code == .bug)
        #expect(try store.snapshots().isEmpty)
    }

    @Test func `a snapshot is saved once`() throws {
        try store.save(Sample.snapshot())
        #expect(migrateError { try store.save(Sample.snapshot()) }?.code == .databaseFailure)
    }

    /// Rows are numbered by the writer: one of a pruned snapshot's may be given again, one that is there never.
    @Test func `entries of several snapshots keep apart`() throws {
        for round in 0..<3 {
            for id in ["s-a", "s-b", "s-c"] {
                try store.save(Sample.snapshot(id: "\(id)\(round)"), entries: Sample.entries())
            }
            #expect(try store.prune(keep: 2) == Pruned(snapshots: round == 0 ? 1 : 3, plans: 0))
        }
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry_rows") } == 4)
        for id in ["s-b2", "s-c2"] { #expect(try store.entries(snapshotID: id) == Sample.entries()) }
    }

    /// Old rows go while new ones come, and are back if what came is not to stay.
    @Test func `recording drops what is too many, if it succeeds`() throws {
        for id in ["s-1", "s-2", "s-3"] { _ = try store.saveSample(snapshot: id, matching: 49) }
        let entries = try Sample.entries()
        func record(_ id: String, fails: Bool) throws(MigrateError) {
            try store.record(snapshotID: id, keep: 2) { (writer) throws(MigrateError) in
                writer.begin(map: 41, macOffset: 4)
                for _ in 0..<40 { try writer.append(EntryBatch([entries[0]])) }
                if fails { throw MigrateError(.kernelRead, "the map went away", remedy: "Look:  ls") }
                return ((), Recorded(snapshot: try Sample.wrapped(id), plan: nil))
            }
        }
        #expect(migrateError { try record("s-4", fails: true) }?.code == .kernelRead)
        #expect(try store.number("SELECT count(*) FROM entry_rows") == 150)
        for id in ["s-1", "s-2", "s-3"] { #expect(try store.entryCount(snapshotID: id) == 50) }
        try record("s-4", fails: false)
        #expect(try store.snapshots().map(\.id) == ["s-4", "s-3"])
        #expect(try store.number("SELECT count(*) FROM entry_rows") == 90)
        #expect(try store.entries(snapshotID: "s-3").count == 50)
        #expect(try store.entries(snapshotID: "s-4") == .init(repeating: entries[0], count: 40))
    }

    @Test func `what fails midway leaves nothing`() throws {
        _ = try store.saveSample(snapshot: "s-1")
        let before = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry_rows") }
        let error = migrateError {
            try store.record(snapshotID: "s-2") { (writer) throws(MigrateError) -> (Void, Recorded) in
                writer.begin(map: 41, macOffset: 4)
                let number = try writer.keep(Judgement(Sample.finding))
                for entry in (try? Sample.entries()) ?? [] {
                    try writer.append(EntryBatch([entry]), targets: [nil], answers: [number])
                }
                throw MigrateError(.kernelRead, "the map went away", remedy: "Look:  ls")
            }
        }
        #expect(error?.code == .kernelRead)
        #expect(try store.snapshots().map(\.id) == ["s-1"])
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry_rows") } == before)
        #expect(
            try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM answer_rows WHERE snapshot_id = 's-2'") }
                == 0)
    }

    /// Statements that must not pass.
    @Test(arguments: [
        "UPDATE snapshots SET snapshot_id = 'x-1'",
        "UPDATE snapshots SET taken_at = 'yesterday'",
        "UPDATE hook_rows SET direction = 'sideways'",
        "UPDATE hook_rows SET kind = 'qdisc'",
        "UPDATE hook_rows SET priority = 65536",
        "UPDATE hook_rows SET program_name = NULL WHERE position = 0",
        "UPDATE entry_rows SET key = 'text'",
        "UPDATE entry_rows SET key = NULL",
        "UPDATE entry_rows SET ifindex = 'seven'",
        "UPDATE entry_ranges SET map_id = 7",
        "UPDATE entry_ranges SET end_entry = 0",
        "UPDATE link_rows SET mac = '0'",
        "UPDATE link_rows SET ifindex = 'seven'",
        "UPDATE rule_rows SET family = 'ipx'",
        "UPDATE route_rows SET next_hops = 'not json'",
        "UPDATE answer_rows SET verdict = 'fine'",
        "UPDATE answer_rows SET effect = 'fine'",
        "UPDATE answer_rows SET snapshot_id = 's-nowhere'",
        "UPDATE answer_rows SET kernel_mac = '0'",
        "UPDATE plans SET document = '{'",
        "UPDATE plans SET snapshot_id = 's-nowhere'",
        "UPDATE runs SET state = 'done'",
        "UPDATE runs SET reason = 'mood'",
        "UPDATE journal SET evidence = NULL",
        "UPDATE journal SET sequence = 0",
        "DELETE FROM plans",
        "INSERT INTO neighbor_rows SELECT 's-nowhere', position, netns, ifindex, address, mac, state, flags FROM neighbor_rows",
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
