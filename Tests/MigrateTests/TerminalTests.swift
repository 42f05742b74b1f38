import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// What `status`, `history`, `show` and `confirm` print of a real node, for people.
    @Suite struct Terminals {
        @Test func `the important line is last, with what to type next`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                let run = try node.provisional(path)
                for verb in [["status"], ["history"], ["show", run.runID]] {
                    let lines = try node.run(try node.words(verb)).stdout.split(separator: "\n")
                    #expect(lines.last?.contains("  migrate ") == true, "\(lines)")
                    #expect(lines.dropLast().last?.hasSuffix(".") == true, "\(lines)")
                }
                // The same way back is told once, by who made the change, and not by each command after it.
                let confirmed = try node.migrate("confirm")
                #expect(!confirmed.stdout.contains("By hand") && confirmed.stdout.contains("Audit log: record"))
                #expect(try node.migrate("show", run.runID).stdout.contains("By hand"))
                try node.rollback()
            }
        }

        @Test func `a word that is no id and no file leads to the list of them`() throws {
            try withNode(pods: 1) { node in
                let refused = try node.migrate("show", "nothing", exit: 65, code: .unknownID)
                #expect(refused.stderr.contains("migrate history"), "\(refused)")
            }
        }

        @Test func `a damaged database is one error, with a run in place and without one`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                try node.sh(
                    "cp -a \(node.database) \(node.scratch)/kept; head -c 20000 /dev/urandom > \(node.database)")
                let idle = try node.migrate("status", exit: 74, code: .databaseDamaged)
                #expect(idle.stderr.split(separator: "\n").filter { $0.hasPrefix("Error") }.count == 1, "\(idle)")
                try node.sh("cp -a \(node.scratch)/kept \(node.database)")
                try node.apply(path)
                try node.sh("head -c 20000 /dev/urandom > \(node.database)")
                let held = try node.migrate("status", exit: 30, code: .journalUnread)
                #expect(held.stderr.split(separator: "\n").filter { $0.hasPrefix("Error") }.count == 1, "\(held)")
                try node.rollback()
            }
        }

        /// There is no colour, so that there is nothing to turn off; a terminal gets the same words, and its cursor stays.
        @Test func `on a terminal, without one, with no colour, on a dumb one: the same text`() throws {
            try withNode(pods: 1) { node in
                // Of a run that is over: the counters of one in place move with every packet.
                let run = try node.apply(try node.plan())
                try node.rollback()
                let verbs = [
                    ["status"], ["history"], ["show", run.runID], ["explain", "MIG1101"],
                    ["audit", "verify"],
                    ["show", "/nonexistent"],
                ]
                for verb in verbs {
                    let words = try node.words(verb)
                    let piped = try node.run(words)
                    #expect(!(piped.stdout + piped.stderr).contains("\u{1b}"), "\(piped)")
                    let all = piped.stdout + piped.stderr
                    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"], ["TERM": "xterm-256color"]] {
                        let result = try node.run(words, environment: environment)
                        #expect(result.stdout + result.stderr == all && result.status == piped.status, "\(environment)")
                        // script(1) runs it on a pseudo-terminal, which ends lines with a carriage return, too.
                        let command = "stty rows 24 cols 80; exec " + words.map(\.shellWord).joined(separator: " ")
                        let shown = try node.run(["script", "-qefc", command, "/dev/null"], environment: environment)
                        #expect(shown.stdout.replacing("\r\n", with: "\n") == all, "\(environment) \(verb): \(shown)")
                        #expect(shown.status == piped.status)
                    }
                }
            }
        }
    }
}
