import Foundation
import Glibc
import Model
import Testing

@testable import Lab

extension Node {
    /// The words that run a command with a time of day of its own, off by what ``set(clock:)`` said last.
    func clocked(_ words: [String]) throws -> [String] {
        ["env", "LD_PRELOAD=\(try Programs.wallClock)", "MIGRATE_WALL_CLOCK=\(scratch)/clock"] + words
    }

    /// Sets the time of day, for the commands of this test alone.
    /// - Parameter hours: from the machine's.
    func set(clock hours: Int) throws {
        // By another name first: nobody may read half of it.
        try sh("echo \(hours * 3600) >\(scratch)/clock.new && mv \(scratch)/clock.new \(scratch)/clock")
    }

    fileprivate func clockedDocument<Document: Decodable>(
        _ document: Document.Type, _ verb: String..., exit: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Document {
        let result = try run(try clocked(try words(verb + ["-o", "json"])))
        expect(result, exit: exit, code: nil, sourceLocation: sourceLocation)
        return try JSON.decode(document, from: Array(result.stdout.utf8))
    }
}

extension MigrateSuite {
    /// Somebody sets the clock, by hours, forth and back. Nothing is decided by the time of day.
    @Suite struct WallClock {
        @Test func `the preloaded clock is the one that the program has`() throws {
            try withNode(pods: 1) { node in
                try node.set(clock: -5)
                let run = try node.clockedDocument(PlanDocument.self, "plan")
                #expect(abs(run.createdAt.timeIntervalSinceNow + 5 * 3600) < 60)
            }
        }

        @Test func `the clock jumps in the window: deadline, what is left, and checks stay as they were`() throws {
            try withNode(pods: 1) { node in
                try node.set(clock: 0)
                let plan = try node.plan()
                let before = try node.state()
                try node.lab.underTraffic("the clock jumps in the window") {
                    let apply = try BackgroundCommand(
                        node,
                        try node.clocked(
                            try node.words([
                                "apply", "--node", Node.name, "--confirm-within", "8s", "--check", "true",
                                "--check-every", "1s", plan,
                            ])))
                    try node.waitForWord("is provisional", of: apply)
                    let begun = Clock.now()
                    func passed() -> Double { Double(Clock.now() - begun) / 1e9 }
                    for hours in [5, -5] {
                        try node.set(clock: hours)
                        node.wait(seconds: 1)
                        let status = try node.clockedDocument(StatusDocument.self, "status")
                        let left = try #require(status.confirmInSeconds)
                        #expect(status.state == "provisional" && abs(Double(left) - (8 - passed())) < 2, "\(status)")
                        let by = try #require(status.confirmBy).timeIntervalSinceNow - Double(hours) * 3600
                        #expect(abs(by - (8 - passed())) < 3, "shown in the time of day that there is")
                    }
                    let more = try node.clockedDocument(RunDocument.self, "extend", "--by", "3s")
                    #expect(abs(Double(try #require(more.confirmInSeconds)) - (11 - passed())) < 2)
                    try node.set(clock: 2)
                    #expect(try apply.wait() == 21, "\(apply.said)")
                    let took = passed()
                    print("the clock jumped by +5, -10, +7 hours in a window of 11 s: taken back after \(took) s")
                    #expect((10...14).contains(took))
                    // One each second, whatever the clock says.
                    let checks = try #require(
                        Int(
                            try node.sh(
                                """
                                sqlite3 -readonly \(node.database) "SELECT sum(times) FROM health_checks
                                    WHERE subject = 'command' AND moment = 'window'"
                                """
                            ).prefix { $0 != "\n" }))
                    #expect((5...13).contains(checks))
                }
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
                let order = try node.sh(
                    "sqlite3 -readonly \(node.database) 'SELECT phase FROM journal ORDER BY sequence'")
                #expect(order.hasPrefix("pin\nload\n") && order.hasSuffix("unpin\n"), "\(order)")
            }
        }

        @Test func `set back between two runs: the last one is still the last`() throws {
            try withNode(pods: 1) { node in
                try node.set(clock: 5)
                let plan = "\(node.scratch)/plan.json"
                _ = try node.clockedDocument(PlanDocument.self, "plan", "--membership", "on-link", "--out", plan)
                func apply() throws -> RunDocument {
                    try node.clockedDocument(
                        RunDocument.self, "apply", "--node", Node.name, "--confirm-within", "none", plan)
                }
                let first = try apply()
                let back = try node.clockedDocument(RunDocument.self, "rollback", "--node", Node.name)
                #expect(back.runID == first.runID && back.state == .rolledBack)
                try node.set(clock: 0)
                let second = try apply()
                try node.set(clock: -5)
                #expect(try node.clockedDocument(StatusDocument.self, "status").runID == second.runID)
                let taken = try node.clockedDocument(RunDocument.self, "rollback", "--node", Node.name)
                #expect(taken.runID == second.runID && taken.changed && taken.proof?.identical == true, "\(taken)")
                #expect(
                    try node.clockedDocument(Runs.self, "history").runs.map(\.runID) == [
                        second.runID, first.runID,
                    ])
                let report = try node.migrate("report").stdout
                #expect(report.contains("the clock was set back"), "\(report)")
            }
        }

        private struct Runs: Decodable {
            struct Run: Decodable { var runID: String }
            var runs: [Run]
        }

        @Test func `set back while a shadow compares: it lasts as long as it was asked to`() throws {
            try withNode(pods: 1) { node in
                try node.set(clock: 0)
                let plan = try node.plan()
                let begun = Clock.now()
                let shadow = try BackgroundCommand(
                    node, try node.clocked(try node.shadowWords(plan, "3s")))
                try node.waitForWord("Ctrl-C ends it", of: shadow)
                try node.set(clock: -5)
                #expect(try shadow.wait() == 0, "\(shadow.said)")
                let seconds = Double(Clock.now() - begun) / 1e9
                #expect(seconds > 3 && seconds < 10)
                let kept = try node.sh(
                    "sqlite3 -readonly \(node.database) \"SELECT document ->> '$.milliseconds' FROM shadows\"")
                #expect((3000..<6000).contains(Int(kept.prefix { $0 != "\n" }) ?? 0), "\(kept)")
            }
        }
    }
}
