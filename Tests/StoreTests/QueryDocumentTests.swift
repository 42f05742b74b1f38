import FoundationEssentials
import GRDB
import Model
import ModelSamples
import Testing

@testable import Store

/// docs/queries.md and docs/inventory.md, held to the schema.
@Suite struct QueryDocumentTests {
    private static func document(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
    }

    /// The fenced blocks of one language, in order.
    private static func blocks(_ language: String, in text: String) -> [String] {
        text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    private let scratch: Scratch
    private let store: Store

    /// A plan, a run of it that is committed, and a plan after which one hook holds another program.
    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
        let plan = try store.saveSample(snapshot: "s-000000000001", at: Sample.time - 3600)
        var run = Sample.run(planID: plan.planID, state: .installing, startedAt: Sample.time - 1800)
        (run.cut, run.confirmWithin) = (.switch, 600)
        for index in run.hooks.indices {
            (run.hooks[index].replacement, run.hooks[index].plain) = (Sample.ours, Sample.plain)
        }
        try store.create(run: run)
        for entry in Sample.journal() {
            let sequence = try store.begin(run: run.id, phase: entry.phase, intent: entry.intent)
            if let evidence = entry.evidence { try store.end(run: run.id, sequence: sequence, evidence: evidence) }
        }
        try store.update(run: run.id, state: .committed)
        let findings = try Sample.findings(broken: true)
        try store.save(
            Sample.snapshot(id: "s-000000000002", takenAt: Sample.time),
            plan: Sample.plan(snapshotID: "s-000000000002", blocked: true, findings: findings), findings: findings)
    }

    @Test func `every query answers, with the columns that are shown`() throws {
        let text = try Self.document("queries.md")
        let queries = Self.blocks("sql", in: text), answers = Self.blocks("text", in: text)
        #expect(queries.count >= 12 && queries.count == answers.count)
        for (sql, answer) in zip(queries, answers) {
            let columns = answer.split(separator: "\n")[0].split(separator: "|").map(String.init)
            let (names, count) = try store.read { db in
                let statement = try db.makeStatement(sql: sql)
                return (statement.columnNames, try Row.fetchAll(statement).count)
            }
            #expect(names == columns && count > 0, "\(sql)")
            #expect(Set(answer.split(separator: "\n").map { $0.count { $0 == "|" } }).count == 1, "\(answer)")
        }
    }

    @Test func `every view has a place in the picture or in the list, and nothing else has`() throws {
        let text = try Self.document("inventory.md")
        let picture = try #require(Self.blocks("mermaid", in: text).first)
        let tables = picture.matches(of: #/(?m)^ {4}([a-z_]+) \{/#).map { String($0.1) }
        let related = picture.matches(of: #/(?m)^ {4}([a-z_]+) [|o}{]+--[|o}{]+ ([a-z_]+) :/#)
            .flatMap { [String($0.1), String($0.2)] }
        let views = text.matches(of: #/(?m)^\| `([a-z_]+)`(, `([a-z_]+)`)? \|/#).flatMap {
            [String($0.1)] + ($0.3.map { [String($0)] } ?? [])
        }
        let known = try store.read { db in
            try Row.fetchAll(db, sql: "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')")
                .filter { row in
                    let name: String = row["name"]
                    return !name.hasPrefix("sqlite_") && name != "grdb_migrations"
                }
                .map { (type: $0["type"] as String, name: $0["name"] as String) }
        }
        #expect(Set(tables) == Set(known.filter { $0.type == "table" }.map(\.name)))
        #expect(Set(related).subtracting(tables) == [])
        #expect(Set(views) == Set(known.filter { $0.type == "view" }.map(\.name)))
    }

    @Test func `a view is the newest snapshot, its history is all`() throws {
        let (newest, all) = try store.read { db in
            (
                try String.fetchAll(db, sql: "SELECT DISTINCT snapshot_id FROM hooks"),
                try String.fetchAll(db, sql: "SELECT DISTINCT snapshot_id FROM hooks_history ORDER BY 1")
            )
        }
        #expect(newest == ["s-000000000002"] && all == ["s-000000000001", "s-000000000002"])
    }

    @Test func `words stand for the kernel's numbers`() throws {
        func words(_ sql: String) throws -> [String?] {
            try store.read { try Row.fetchOne($0, sql: sql)?.map { String.fromDatabaseValue($0.1) ?? "\($0.1)" } ?? [] }
        }
        #expect(
            try words("SELECT kind, \"table\", scope, origin FROM routes WHERE gateway IS NOT NULL")
                == ["unicast", "main", "link", "boot"])
        #expect(try words("SELECT kind FROM routes WHERE destination = '192.0.2.0/24'") == ["blackhole"])
        #expect(
            try words("SELECT action, \"table\", ip_protocol, mark FROM rules WHERE priority = 100")
                == ["unreachable", "1000", "tcp", "0x200"])
        #expect(try words("SELECT state, usable FROM neighbors WHERE mac IS NULL") == ["incomplete", "0"])
        #expect(try words("SELECT type, entries > 0 FROM maps WHERE map_id = 41") == ["hash", "1"])
        #expect(try words("SELECT state, netns_path FROM links WHERE interface = 'veth4'") == ["up", "/proc/1/ns/net"])
        #expect(try words("SELECT protocol, handle FROM hooks WHERE interface = 'hz'") == ["all", "0x1"])
        #expect(try words("SELECT type FROM programs WHERE program_id = 168") == ["sched_cls"])
    }
}
