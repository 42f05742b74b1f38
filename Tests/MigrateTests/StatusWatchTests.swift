import Foundation
import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// `status --watch`, of a run that there is, without a terminal and on one.
    @Suite struct StatusWatching {
        private func watching(_ node: Node, _ more: String..., name: String = "watch") throws -> BackgroundCommand {
            try BackgroundCommand(node, try node.words(["status", "--watch"] + more), output: name)
        }

        /// The same on a pseudo-terminal (script(1)), 24 by 80.
        private func onTerminal(_ node: Node, _ environment: String, name: String) throws -> BackgroundCommand {
            let command = try node.words(["status", "--watch"]).map(\.shellWord).joined(separator: " ")
            return try BackgroundCommand(
                node,
                [
                    "sh", "-c",
                    "exec script -qefc \(("stty rows 24 cols 80; exec env \(environment) " + command).shellWord) /dev/null",
                ], output: name)
        }

        private func wait(_ what: String, _ condition: () throws -> Bool) throws {
            for _ in 0..<1500 {
                if try condition() { return }
                usleep(10_000)
            }
            Issue.record("it did not happen: \(what)")
        }

        @Test func `without a terminal: a line for what changes, and the status at the end`() throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                let idle = try node.migrate("status", "--watch")
                #expect(idle.stdout.contains("Idle: no run is open"), "nothing to wait for: \(idle)")
                _ = try node.run(verb: "apply", "--node", Node.name, "--canary", "5%", "--detach", plan)
                let watch = try watching(node)
                try wait("the first line") { watch.said.contains("provisional, share 5 %") }
                _ = try node.run(verb: "canary", "100%")
                try wait("the share") { watch.said.contains("share 100 %") }
                _ = try node.run(verb: "confirm")
                #expect(try watch.wait() == 0, "\(watch.said)")
                let lines = watch.said.split(separator: "\n").map(String.init)
                let told = lines.prefix { $0.contains("UTC  provisional") }
                #expect((2...8).contains(told.count), "\(lines)")
                #expect(told.allSatisfy { $0.contains(" left, legacy ") && $0.contains(" failed") }, "\(told)")
                #expect(lines.contains { $0.hasPrefix("State: committed") } && !watch.said.contains("\u{1b}"))
                try node.rollback()
            }
        }

        @Test func `JSON is a document a line, and the pace is the operator's`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.provisional(plan)
                let watch = try watching(node, "--interval", "1s", "-o", "json")
                try wait("three looks") { watch.said.split(separator: "\n").count >= 3 }
                try node.rollback()
                #expect(try watch.wait() == 0, "\(watch.said)")
                let documents = try watch.said.split(separator: "\n").map {
                    try JSON.decode(StatusDocument.self, from: Array($0.utf8))
                }
                #expect(documents.dropLast().allSatisfy { $0.state == "provisional" && $0.sides != nil })
                #expect(documents.last?.state == "idle")
                let left = documents.compactMap(\.confirmInSeconds)
                #expect(left == left.sorted(by: >) && Set(left).count >= 3, "\(left)")
            }
        }

        @Test func `signals end it, and nothing else; the breaker is told`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.provisional(plan)
                for (signal, exit) in [(SIGINT, Int32(0)), (SIGTERM, 143), (SIGHUP, 129)] {
                    let watch = try watching(node, name: "watch\(signal)")
                    try wait("the first line") { watch.said.contains("provisional") }
                    watch.send(signal)
                    #expect(try watch.wait() == exit, "\(watch.said)")
                    #expect(watch.said.contains("State: provisional") == (signal == SIGINT), "\(watch.said)")
                }
                // A reader that goes away is no reason to go on.
                let head = try node.words(["status", "--watch", "--interval", "1s"]).map(\.shellWord)
                #expect(try node.sh("\(head.joined(separator: " ")) | head -1").contains("provisional"))
                let watch = try watching(node)
                try wait("the first line") { watch.said.contains("provisional") }
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 500, seconds: 600))
                let route = try node.routes(to: "pod1")
                try node.sh("ip route del \(route)")
                try wait("the breaker") { watch.said.contains("expired (too many failures in the kernel)") }
                _ = traffic.stop()
                watch.send(SIGINT)
                #expect(try watch.wait() == 30, "\(watch.said)")
                _ = try node.run(verb: "resume", exit: 20)
                try node.sh("ip route add \(route)")
            }
        }

        @Test func `on a terminal the same lines are drawn anew, on a dumb one they are not; never in colour`() throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                _ = try node.run(verb: "apply", "--node", Node.name, "--canary", "5%", "--detach", plan)
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 600))
                let drawn = try onTerminal(node, "TERM=xterm", name: "drawn")
                let plain = try onTerminal(node, "TERM=dumb NO_COLOR=1", name: "plain")
                try wait("three looks") { drawn.said.components(separatedBy: "\u{1b}[J").count > 3 }
                try wait("a line") { plain.said.contains("provisional, share 5 %") }
                _ = try node.run(verb: "canary", "100%")
                _ = try node.run(verb: "confirm")
                #expect(try drawn.wait() == 0 && plain.wait() == 0, "\(drawn.said) \(plain.said)")
                _ = traffic.stop()
                #expect(drawn.said.contains("legacy programs") && drawn.said.contains("State: committed"))
                // Nothing is wider than the terminal, and nothing is coloured.
                let screens = drawn.said.components(separatedBy: "\u{1b}[J").dropLast()
                for line in screens.joined().components(separatedBy: "\u{1b}[K") {
                    let text = line.drop { $0.isNewline }.drop { $0 == "\r" }
                    #expect(text.count < 80 + 8, "\(text)")
                }
                #expect(!drawn.said.contains(/\u{1b}\[[0-9;]*m/) && drawn.said.contains(/\u{1b}\[[0-9]+A/))
                #expect(!plain.said.contains("\u{1b}"), "\(plain.said)")
                try node.rollback()
            }
        }

        @Test func `an interval without --watch, or without a unit, is refused`() throws {
            try withNode(pods: 1) { node in
                try node.refuses("status", "--interval", "1s", exit: 64, code: .usage)
                try node.refuses("status", "--watch", "--interval", "5", exit: 64, code: .badTimeSpan)
            }
        }
    }
}
