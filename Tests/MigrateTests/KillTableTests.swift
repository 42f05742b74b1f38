import Foundation
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// SIGKILL before every call of every changing verb that leaves something behind, in the kernel or on the disk, with
    /// traffic running; `resume` must end in a run that holds or in proven identity, and say which. The short form plays
    /// every second point (``LongForm``).
    @Suite struct KillTable {
        /// Where a run stands before the verb that is killed.
        enum Stand { case nothing, provisional, committed }

        struct Row: CustomStringConvertible {
            var verb: String
            var point: String
            var outcome: String
            var description: String { "\(verb)  before: \(point)  resume: \(outcome)" }
        }

        @Test(arguments: [
            ("apply", Stand.nothing), ("confirm", .provisional), ("extend", .provisional), ("rollback", .committed),
            ("finalize", .committed),
        ])
        func `killed at any point, resume settles`(verb: String, stand: Stand) throws {
            try withNode(pods: 1, ipv6: false) { node in
                let table = try Table(node, verb: verb, stand: stand)
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 900, drainMilliseconds: 500))
                let rows: [Row]
                do { rows = try table.fill() } catch {
                    _ = traffic.stop()
                    throw error
                }
                let ledger = traffic.stop()
                #expect(ledger.lost == 0, "\(ledger.lost) of \(ledger.sent) packets were lost")
                for line in Table.text(rows, ledger) { print(line) }
            }
        }
    }
}

/// Fills the table of one verb.
private struct Table {
    let node: Node
    let verb: String
    let stand: MigrateSuite.KillTable.Stand
    let plan: String
    let before: String
    let log: String

    init(_ node: Node, verb: String, stand: MigrateSuite.KillTable.Stand) throws {
        self.node = node
        self.verb = verb
        self.stand = stand
        // Held by a pin of the test's own, the legacy program outlives a finalized run.
        if verb == "finalize" { try node.keepLegacyProgram() }
        plan = try node.plan()
        before = try node.state()
        log = "\(node.scratch)/points"
    }

    func fill() throws -> [MigrateSuite.KillTable.Row] {
        try reach()
        _ = try node.run(try words, environment: environment(at: 0))
        let points = try TextFile.read(log).split(separator: "\n").map(String.init)
        #expect(points.count > 3, "\(points)")
        try takeBack("uninterrupted")
        return try LongForm.rows(of: Array(points.indices), oneIn: 2, "\(verb), killed").map { index in
            try reach()
            let killed = try node.run(try words, environment: environment(at: index + 1))
            #expect(killed.status == 137, "\(points[index]): \(killed)")
            let outcome = try settle("\(verb), before \(points[index]) (\(index + 1) of \(points.count))")
            return .init(verb: verb, point: points[index], outcome: outcome)
        }
    }

    /// Brings the node to where the verb begins.
    private func reach() throws {
        guard stand != .nothing else { return }
        _ = try node.run(try apply(window: stand == .committed ? "none" : "10m"))
    }

    private func apply(window: String) throws -> [String] {
        try node.words(["apply", "--node", Node.name, "--detach", "--confirm-within", window, "-o", "json", plan])
    }

    private var words: [String] {
        get throws {
            switch verb {
            case "apply": try apply(window: "10m")
            case "confirm": try node.words(["confirm"])
            case "extend": try node.words(["extend", "--by", "5m"])
            default: try node.words([verb, "--node", Node.name])
            }
        }
    }

    private func environment(at point: Int) throws -> [String: String] {
        ["LD_PRELOAD": try Programs.killer, "MIGRATE_KILL_AT": "\(point)"]
            .merging(point == 0 ? ["MIGRATE_KILL_LOG": log] : [:]) { $1 }
    }

    /// `resume` says where the run stands; then it is taken back, and everything must be as it was.
    private func settle(_ moment: String) throws -> String {
        let resumed = try node.run(try node.words(["resume", "--detach", "-o", "json"]))
        #expect([0, 20, 21].contains(resumed.status), "\(moment): \(resumed)")
        let said = try JSONDecoder().decode(Said.self, from: Data(resumed.stdout.utf8))
        #expect(Self.settled.contains(said.state), "\(moment): \(resumed)")
        if said.state == "rolled-back" { #expect(said.proof?.identical == true, "\(moment): \(resumed)") }
        if said.state == "rolled-back" || said.state == "idle" {
            #expect(try node.state() == before, "\(moment)")
        }
        try takeBack(moment)
        return said.state
    }

    private static let settled: Set<String> = ["idle", "rolled-back", "provisional", "committed", "finalized"]

    private struct Said: Decodable {
        struct Proof: Decodable { var identical: Bool }
        var state: String
        var proof: Proof?
    }

    /// Whatever holds by now, the node is brought back to its beginning.
    private func takeBack(_ moment: String) throws {
        let status = try node.run(try node.words(["status", "-o", "json"]))
        let state = try JSONDecoder().decode(Said.self, from: Data(status.stdout.utf8)).state
        if state == "finalized" {
            try node.reattachLegacyProgram()
        } else if state != "idle" {
            let back = try node.run(try node.words(["rollback", "--node", Node.name]))
            #expect(back.status == 0, "\(moment): \(back)")
        }
        #expect(try node.state() == before, "\(moment), taken back")
    }

    static func text(_ rows: [MigrateSuite.KillTable.Row], _ ledger: Ledger) -> [String] {
        rows.map(\.description) + [
            "\(rows.first?.verb ?? "?"): \(rows.count) kills, \(ledger.sent) packets sent meanwhile, \(ledger.lost) lost"
        ]
    }
}

extension Node {
    private static let kept = "/sys/fs/bpf/kept"

    /// Under a pin of the test's own.
    func keepLegacyProgram() throws {
        try sh("bpftool prog pin id \(try slot().program) \(Self.kept)")
        try reattachLegacyProgram()
    }

    /// As an agent does that starts again.
    func reattachLegacyProgram() throws {
        let slot = try slot()
        try sh(
            """
            tc filter replace dev \(proxyInterface) ingress prio \(slot.pref) handle \(slot.options?.handle ?? "0x1") \
            protocol \(slot.protocol) bpf direct-action object-pinned \(Self.kept)
            """)
    }
}
