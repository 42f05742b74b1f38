import FoundationEssentials
import GRDB
import Glibc
import Model
import ModelSamples
import Testing

@testable import Store

/// What earlier versions recorded is there after their database was brought up to date.
@Suite struct MovingTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    /// As the first version wrote it, with two snapshots of which one has a plan.
    private func old() throws {
        mkdir(scratch.directory + "/state", 0o700)
        let queue = try DatabaseQueue(path: scratch.path)
        try Schema.migrator.migrate(queue, upTo: "v0001_records")
        try queue.write { db in
            for id in ["s-1", "s-2"] {
                try db.execute(
                    sql: """
                        INSERT INTO snapshots VALUES
                            ('\(id)', '2026-01-01T00:00:00.000Z', 'n', 'm', 'b', '6.1', 1, 1, NULL, 'x');
                        INSERT INTO maps VALUES ('\(id)', 0, 41, 'app_info', 1, 4, 12, 1024, 0, 'a', 2, '[]');
                        INSERT INTO maps VALUES ('\(id)', 1, 42, 'other', 2, 4, 4, 1, 0, NULL, 1, '[]');
                        INSERT INTO map_entries VALUES
                            ('\(id)', 41, x'0a000002', x'0700000002000000000c0000', '10.0.0.2', 7, '02:00:00:00:00:0c'),
                            ('\(id)', 41, x'0a000001', x'0700000002000000000b0000', '10.0.0.1', 7, '02:00:00:00:00:0b'),
                            ('\(id)', 42, x'00000000', x'01020304', NULL, NULL, NULL);
                        """)
            }
            let plan = try JSON.text(try Sample.plan(snapshotID: "s-2"))
            try db.execute(
                sql: "INSERT INTO plans VALUES (1, 'p-1', 's-2', '2026-01-01T00:00:00.000Z', ?)", arguments: [plan])
            try db.execute(
                sql: """
                    INSERT INTO findings VALUES
                        (1, 0, '10.0.0.1', 7, 'va', '02:00:00:00:00:0b', 'success', 7, 'va', NULL, NULL, 'match', 'same', ''),
                        (1, 1, '10.0.0.2', 7, 'va', '02:00:00:00:00:0c', 'no-neighbor', 9, NULL, NULL, '10.0.0.9',
                            'via-gateway', 'broken', 'x');
                    """)
        }
        try queue.close()
        chmod(scratch.path, 0o600)
    }

    @Test func `entries and findings are moved over`() throws {
        try old()
        let store = try scratch.open()
        let keys = try store.entries(snapshotID: "s-1").map { [UInt32($0.mapID)] + $0.key.map(UInt32.init) }
        #expect(keys == [[41, 10, 0, 0, 1], [41, 10, 0, 0, 2], [42, 0, 0, 0, 0]])
        #expect(try store.entryCount(snapshotID: "s-2") == 3)
        let findings = try store.findings(planID: "p-1")
        #expect(findings.map(\.address.description) == ["10.0.0.1", "10.0.0.2"])
        #expect(findings.map(\.legacy.mac.description) == ["02:00:00:00:00:0b", "02:00:00:00:00:0c"])
        #expect(findings.map(\.verdict) == [.match, .viaGateway])
        #expect(findings.last?.kernel.gateway?.description == "10.0.0.9" && findings.last?.note == "x")
        #expect(
            try store.number(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('findings', 'map_entries') AND type = 'table'") == 0)
    }

    @Test func `new records go behind the old ones, and pruning drops both`() throws {
        try old()
        let store = try scratch.open()
        _ = try store.saveSample(snapshot: "s-3", matching: 9)
        #expect(try store.entryCount(snapshotID: "s-3") == 10)
        #expect(try store.number("SELECT count(*) FROM entry_rows") == 16)
        #expect(try store.prune(keep: 1).snapshots == 2)
        #expect(try store.number("SELECT count(*) FROM entry_rows") == 10)
        #expect(try store.number("SELECT count(*) FROM answer_rows") == 10)
    }
}
