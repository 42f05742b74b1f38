import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension Node {
    func shadowWords(_ plan: String, _ duration: String = "2s", _ more: [String] = []) throws -> [String] {
        try words(["shadow", "--node", Self.name, "--duration", duration] + more + [plan])
    }

    func shadow(_ result: CommandResult) throws -> ShadowDocument {
        try JSON.decode(ShadowDocument.self, from: Array(result.stdout.utf8))
    }

    /// Programs of the shadows that stand in front of something here; bpftool of Debian 12 knows nothing of tcx.
    func shadowPrograms() throws -> [UInt32] {
        try (status().shadows ?? []).compactMap { line in
            line.split(separator: "program ").last?.split(separator: " ").first.flatMap { UInt32($0) }
        }
    }

    /// Starts one that waits, and returns once it is attached.
    func shadowing(_ plan: String, _ more: [String] = []) throws -> BackgroundCommand {
        // A file of its own: what an earlier one said is no sign of this one.
        let output = "shadow-\(UInt32.random(in: .min ... .max))"
        let command = try BackgroundCommand(self, try shadowWords(plan, "10m", more), output: output)
        try waitForWord("Ctrl-C ends it", of: command)
        return command
    }
}

extension MigrateSuite {
    @Suite struct ShadowVerb {
        @Test func `it agrees, is kept, and is shown again`() throws {
            try withNode { node in
                let plan = try node.plan()
                let before = try node.state()
                var document: ShadowDocument?
                try node.lab.underTraffic("shadow") {
                    let result = try node.run(try node.shadowWords(plan, "3s", ["-o", "json"]))
                    #expect(result.status == 0, "\(result)")
                    document = try node.shadow(result)
                }
                let shadow = try #require(document)
                #expect(shadow.verdict == .agree && shadow.endedBy == .duration)
                #expect(shadow.packets.compared.all > 500 && shadow.packets.compared.differing == 0)
                #expect(shadow.milliseconds >= 3000 && shadow.rates.differingPerMillion == 0)
                #expect(shadow.rates.eligiblePerSecond > 100)
                #expect(try node.state() == before && node.shadowPrograms() == [])

                let shown = try node.migrate("show", "-o", "json", String(shadow.shadowID.prefix(8)))
                // Where the audit log stood is told once, and not kept.
                var kept = shadow
                kept.audit = nil
                #expect(shadow.audit != nil)
                #expect(try node.shadow(shown) == kept)
                let text = try node.migrate("show", shadow.shadowID).stdout
                #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
                #expect(text.split(separator: "\n").suffix(2).first?.hasPrefix("All agreed: ") == true, "\(text)")
                let shape = try DocumentShape(shown.stdout)
                #expect(shape.text("kind") == "shadow" && shape.unsortedKeys == [] && shape.unusualKeys == [])
                // What was approved is applied as it is; the report of the run tells of it.
                let run = try node.apply(plan)
                #expect(run.state == .committed)
                let report = try node.migrate("report", run.runID).stdout
                #expect(report.contains(shadow.shadowID) && report.contains("agree"), "\(report)")
                try node.rollback()
            }
        }

        @Test func `differences end with 30, the destinations and packets in the database`() throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan(exit: 10)
                let pods = ["pod1", "stale", "wrong-mac", "broken", "plain"]
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: pods, rate: 200, seconds: 600))
                let result = try node.run(try node.shadowWords(plan, "2s"))
                _ = traffic.stop()
                #expect(result.status == 30, "\(result)")
                let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.count <= 40 && result.stdout.contains("[\(Code.shadowDiffers.text)]"), "\(result.stdout)")
                #expect(result.stdout.contains("planned: widened") && result.stdout.contains("the plan is blocked"))
                let rows = try node.sh(
                    """
                    sqlite3 -readonly \(node.database) "SELECT device_differs > 0, mac_differs > 0, fib_misses > 0,
                        map_misses > 0 FROM shadow_destinations ORDER BY 1, 2, 3, 4"
                    """)
                #expect(rows == "0|0|0|1\n0|0|1|0\n0|1|0|0\n1|0|0|0\n", "\(rows)")
                let kinds = try node.sh(
                    "sqlite3 -readonly \(node.database) 'SELECT DISTINCT comparison FROM shadow_packets ORDER BY 1'")
                #expect(kinds == "device-differs\nfib-misses\nmac-differs\nmap-misses\n")
            }
        }

        // In the slot it is a run: SlotShadows has what holds of that.
        @Test(.requires(.tcx)) func `while it runs a plan stays valid, status tells of it, and a run can begin`() throws
        {
            try withNode { node in
                let plan = try node.plan()
                let shadow = try node.shadowing(plan)
                let status = try node.status()
                #expect(status.state == "idle" && status.shadows?.count == 1, "\(status)")
                #expect(status.shadows?.first?.contains("held by migrate (pid \(shadow.pid))") == true)
                #expect(try node.document(node.plan("again.json")).planID == node.document(plan).planID)
                let run = try node.apply(plan)
                #expect(run.state == .committed)
                // It compares the map with the kernel still, but nobody goes by the map: that is said.
                shadow.send(SIGINT)
                #expect(try shadow.wait() == 30, "\(shadow.said)")
                #expect(shadow.said.contains("[\(Code.shadowDisturbed.text)]"))
                let back = try node.rollback()
                #expect(back.proof?.identical == true && back.proof?.changedByOthers == [])
                #expect(try node.status().shadows == nil)
            }
        }

        // In the slot it is a run: SlotShadows has what holds of that.
        @Test(.requires(.tcx)) func `SIGKILL leaves nothing, and the plan is as good as before`() throws {
            try withNode { node in
                let plan = try node.plan()
                let before = try node.state()
                let shadow = try node.shadowing(plan)
                let program = try #require(try node.shadowPrograms().first)
                #expect(BPFIdentifier.programExists(program))
                shadow.send(SIGKILL)
                #expect(try shadow.wait() == 137)
                #expect(try node.shadowPrograms() == [] && node.state() == before)
                // Freed after an RCU grace period.
                for _ in 0..<200 where BPFIdentifier.programExists(program) { usleep(10_000) }
                #expect(!BPFIdentifier.programExists(program))
                #expect(try node.status().leftovers == [])
                try node.apply(plan)
                try node.rollback()
            }
        }

        @Test func `signals end it early, with the result so far`() throws {
            try withNode { node in
                let plan = try node.plan()
                for (signal, exit) in [(SIGINT, Int32(0)), (SIGTERM, 143), (SIGHUP, 129)] {
                    let shadow = try node.shadowing(plan, ["-o", "json", "--no-input"])
                    _ = try Traffic.start(
                        in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 1)
                    ).wait()
                    shadow.send(signal)
                    #expect(try shadow.wait() == exit, "\(shadow.said)")
                    #expect(shadow.said.contains("\"verdict\" : \"agree\""), "\(shadow.said)")
                }
                let ends = try node.sh(
                    "sqlite3 -readonly \(node.database) \"SELECT document ->> '$.ended_by' FROM shadows ORDER BY rowid\""
                )
                #expect(ends == "operator\nsignal\nsignal\n")
            }
        }

        @Test func `without packets it ends with 0, and says that this shows nothing`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let result = try node.migrate("shadow", "--node", Node.name, "--duration", "1s", plan)
                #expect(result.stdout.contains("No eligible packet was seen"), "\(result)")
                #expect(result.stdout.contains("[\(Code.shadowSawNothing.text)]"))
            }
        }

        @Test func `what is not as approved is refused, and nothing is attached`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.refuses(
                    "shadow", "--node", "elsewhere", "--duration", "1s", plan, exit: 12, code: .wrongNode)
                try node.refuses(
                    "shadow", "--node", Node.name, "--duration", "1 s", plan, exit: 64, code: .badTimeSpan)
                let run = try node.provisional(plan)
                try node.refuses(
                    "shadow", "--node", Node.name, "--duration", "1s", plan, exit: 13, code: .anotherRun)
                try node.rollback(run.runID)
                try node.attachLegacyProgramAnew()
                try node.refuses(
                    "shadow", "--node", Node.name, "--duration", "1s", plan, exit: 11, code: .stalePlan)
                #expect(try node.shadowPrograms() == [])
            }
        }
    }
}
