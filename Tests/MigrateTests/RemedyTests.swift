import Foundation
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Refusals whose way on works.
    @Suite struct Remedies {
        @Test func `extend beyond the longest window: what is left can be had, as printed`() throws {
            try withNode(pods: 1) { node in
                try node.provisional(try node.plan(), within: "2d")
                let refused = try node.migrate("extend", "--by", "30d", exit: 64, code: .badTimeSpan)
                #expect(refused.stderr.contains("more can be had"), "\(refused)")
                try node.shell(try #require(node.command(after: "Ask for that:", in: refused.stderr)))
                let left = try #require(try node.status().confirmInSeconds)
                #expect((31 * 86_400 - 30...31 * 86_400).contains(left))
                try node.rollback()
            }
        }

        /// Whoever has given the slots back: it was not confirmed in time.
        @Test func `too late is 21, also when another command has settled the run`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                for settled in ["apply", "resume", "rollback"] {
                    let run: RunDocument
                    if settled == "apply" {
                        let words = ["apply", "--node", Node.name, "--confirm-within", "1s", "-o", "json", plan]
                        let result = try node.run(try node.words(words))
                        node.expect(result, exit: 21, code: .notConfirmed)
                        run = try node.runDocument(result)
                    } else {
                        run = try node.provisional(plan, within: "1s")
                        node.wait(seconds: 1.3)
                        if settled == "resume" {
                            _ = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                        } else {
                            #expect(try node.rollback().reason == .deadline)
                        }
                    }
                    for words in [["confirm"], ["extend", "--by", "5m"], ["confirm", run.runID]] {
                        let result = try node.run(try node.words(words + ["-o", "json"]))
                        node.expect(result, exit: 21, code: .notConfirmed)
                        let late = try node.runDocument(result)
                        #expect(late.runID == run.runID && late.state == .rolledBack && !late.changed)
                        #expect(late.reason == .deadline && late.proof?.identical == true)
                    }
                    #expect(try node.state() == before)
                }
            }
        }

        @Test func `a finalized run whose slot the agent took: status says what can be done`() throws {
            try withNode(pods: 1) { node in
                try node.apply(try node.plan())
                _ = try node.run(verb: "finalize", "--node", Node.name)
                #expect(try node.status().next?.command.contains("migrate status") == true)
                try node.attachLegacyProgramAnew()
                let status = try node.status(exit: 30)
                #expect(status.state == "finalized" && status.drift.isEmpty == false)
                let next = try #require(status.next)
                #expect(!next.what.contains("nothing") && next.command.contains("migrate plan"), "\(next)")
                try node.shell(next.command)
            }
        }

        @Test func `the plan that a terminal is asked about suggests commands that run`() throws {
            try withNode(pods: 1) { node in
                let words = try node.words(["apply", "--node", Node.name])
                let command = words.map(\.shellWord).joined(separator: " ")
                let result = try node.run(["script", "-qec", "\(command) -v", "/dev/null"], input: "no\n")
                #expect(result.status == 12, "\(result)")
                let shown = result.stdout.replacingOccurrences(of: "\r", with: "")
                let apply = try #require(node.command(after: "Apply it:", in: shown), "\(result)")
                #expect(apply.contains("--db \(node.database)") && apply.contains("--private-bpffs"), "\(apply)")
            }
        }
    }
}
