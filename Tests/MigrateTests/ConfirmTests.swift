import Foundation
import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// The confirm window from outside: who decides, and how every command that waits ends with it.
    @Suite struct Confirming {
        @Test func `confirmed in time, apply ends with 0 and rollback is possible`() throws {
            try withNode { node in
                let plan = try node.plan()
                let before = try node.state()
                let apply = try node.waiting(plan)
                let seen = try node.status()
                #expect(seen.state == "provisional")
                // It waits without the lock, and others may act.
                let run = try node.run(verb: "confirm")
                #expect(run.state == .committed && run.changed && run.confirmBy == nil && run.share == 100)
                #expect(try apply.wait() == 0, "\(apply.said)")
                #expect(apply.said.contains("Committed"), "\(apply.said)")
                let again = try node.run(verb: "confirm", run.runID)
                #expect(again.state == .committed && !again.changed)
                let idle = try node.run(verb: "resume")
                #expect(idle.state == .committed && !idle.changed)
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `not confirmed, traffic goes on, the slots are given back and apply ends with 21`() throws {
            try withNode { node in
                let plan = try node.plan()
                let before = try node.state()
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2"], seconds: 600))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let result = try node.run(
                    try node.words(
                        ["apply", "--node", Node.name, "--confirm-within", "2s", "-o", "json", plan]))
                node.expect(result, exit: 21, code: .notConfirmed)
                let run = try node.runDocument(result)
                #expect(run.state == .rolledBack && run.reason == .deadline && run.proof?.identical == true)
                #expect(run.changed && run.share == 0)
                #expect(traffic.stop().isClean)
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }

        /// Flips back and forth under traffic: nothing is lost, doubled or overtaken.
        @Test func `provisional, extended, confirmed and rolled back under traffic`() throws {
            try withNode { node in
                let plan = try node.plan()
                let before = try node.state()
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2"], seconds: 600))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                for ending in ["rollback", "abort", "confirm"] {
                    try node.provisional(plan)
                    _ = try node.run(verb: "extend", "--by", "5m")
                    if ending == "confirm" { _ = try node.run(verb: "confirm") }
                    let verb = ending == "abort" ? "abort" : "rollback"
                    let back = try node.run(verb: verb, "--node", Node.name)
                    #expect(back.state == .rolledBack && back.reason == .operator && back.proof?.identical == true)
                    #expect(try node.state() == before)
                }
                #expect(traffic.stop().isClean)
            }
        }

        @Test func `extend moves the deadline that there is`() throws {
            try withNode(pods: 1) { node in
                let run = try node.provisional(try node.plan(), within: "1m")
                let more = try node.run(verb: "extend", "--by", "1h30m", run.runID)
                let left = try #require(more.confirmInSeconds)
                #expect((5400 + 40...5400 + 60).contains(left) && more.changed && more.state == .provisional)
                #expect(try #require(more.confirmBy).timeIntervalSince(#require(run.confirmBy)) > 5390)
                // More than 31 days in all.
                _ = try node.run(verb: "extend", "--by", "30d")
                node.expect(
                    try node.run(try node.words(["extend", "--by", "30d"])), exit: 64, code: .badTimeSpan)
                #expect(try node.run(verb: "confirm").state == .committed)
                node.expect(try node.run(try node.words(["extend", "--by", "5m"])), exit: 10, code: .notOpen)
                try node.rollback()
                node.expect(try node.run(try node.words(["extend", "--by", "5m"])), exit: 10, code: .notOpen)
                node.expect(try node.run(try node.words(["confirm"])), exit: 10, code: .notOpen)
            }
        }

        @Test(arguments: ["confirm", "extend"]) func `too late, and nobody was there: the slots are given back`(
            verb: String
        ) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let run = try node.provisional(plan, within: "1s")
                node.wait(seconds: 1.2)
                // Packets are back already, and status says what is left to do.
                let status = try node.status(exit: 30)
                #expect(status.state == "expired" && status.next?.command.contains("migrate resume") == true)
                let words = verb == "confirm" ? [verb] : [verb, "--by", "5m"]
                let result = try node.run(try node.words(words + ["-o", "json", run.runID]))
                node.expect(result, exit: 21, code: .notConfirmed)
                let late = try node.runDocument(result)
                #expect(late.state == .rolledBack && late.reason == .deadline && late.proof?.identical == true)
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `the next run settles one that has expired`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let other = try node.plan("other.json", membership: .legacyKeys)
                let before = try node.state()
                let first = try node.provisional(plan, within: "1s")
                node.wait(seconds: 1.2)
                let result = try node.migrate(
                    "apply", "--node", Node.name, "--confirm-within", "none", "-o", "json", other)
                #expect(result.stderr.contains("Run \(first.runID) was not confirmed in time"), "\(result)")
                #expect(try node.runDocument(result).state == .committed)
                try node.rollback()
                #expect(try node.state() == before)
            }
        }

        @Test func `the same plan again goes on with the run`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.provisional(plan)
                let detached = try node.run(verb: "apply", "--node", Node.name, "--detach", plan)
                #expect(detached.runID == run.runID && !detached.changed && detached.state == .provisional)
                let apply = try node.waiting(plan)
                #expect(apply.said.contains(run.runID), "\(apply.said)")
                #expect(try node.run(verb: "confirm").state == .committed)
                #expect(try apply.wait() == 0, "\(apply.said)")
                try node.rollback()
            }
        }

        @Test func `abort is of the open run only`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.apply(plan)
                try node.refuses("abort", "--node", Node.name, exit: 12, code: .noRun)
                try node.refuses("abort", "--node", Node.name, "--from-pins", run.runID, exit: 12, code: .noRun)
                try node.rollback()
                try node.provisional(plan)
                let back = try node.run(verb: "abort", "--node", Node.name, "--from-pins")
                #expect(back.state == .rolledBack && back.proof?.identical == true)
            }
        }

        @Test func `what others do to a hook meanwhile is told at once, with both programs`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.proxyFilters()
                let apply = try node.waiting(plan)
                let ours = try node.slot().program
                try node.attachLegacyProgramAnew()
                let theirs = try node.slot().program
                try node.waitForWord("[\(Code.hookChanged.text)]", of: apply)
                #expect(apply.said.contains("\(ours)") && apply.said.contains("\(theirs)"), "\(apply.said)")
                apply.send(SIGINT)
                #expect(try apply.wait() == 22, "\(apply.said)")
                #expect(try node.slot().program == theirs, "a foreign program was overwritten")
                let run = try node.status(exit: 30)
                // The first program is in nobody's slot, and its pin stays for whoever sorts it out.
                let id = try #require(run.runID)
                try node.sh(
                    """
                    tc filter replace dev \(node.proxyInterface) ingress pref 1 handle 0x1 protocol all \
                        bpf direct-action object-pinned /sys/fs/bpf/migrate/\(id)/legacy_0
                    """)
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.proxyFilters() == before)
            }
        }
    }
}
