import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A run that the database at hand does not know: the pins say what holds, and no other database is made.
    @Suite struct OtherDatabases {
        private func other(_ node: Node) throws -> String {
            try node.sh("install -d -m 0700 \(node.scratch)/other")
            return "\(node.scratch)/other/migrate.db"
        }

        private func run(_ node: Node, _ verb: [String], _ database: String) throws -> CommandResult {
            try node.run([try Programs.migrate] + verb + ["--private-bpffs", "--db", database])
        }

        @Test func `status, confirm and extend say which run it is, who has the traffic and until when`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let run = try node.provisional(try node.plan())
                let database = try other(node)
                for verb in [["status"], ["confirm"], ["extend", "--by", "5m"]] {
                    let result = try self.run(node, verb, database)
                    node.expect(
                        result, exit: verb == ["status"] ? 30 : 13, code: verb == ["status"] ? nil : .unknownRun)
                    let said = result.stdout + result.stderr
                    #expect(
                        said.contains("run \(run.runID) is provisional: the replacement has the traffic until "),
                        "\(said)")
                    let (named, pins) = (said.range(of: "--db"), said.range(of: "--from-pins \(run.runID)"))
                    #expect(try #require(named).lowerBound < #require(pins).lowerBound, "\(said)")
                }
                let result = try self.run(node, ["status", "-o", "json"], database)
                let status = try JSON.decode(StatusDocument.self, from: Array(result.stdout.utf8))
                #expect(status.state == "provisional" && status.runID == run.runID && status.planID == run.planID)
                #expect((1...600).contains(status.confirmInSeconds ?? 0) && status.share == 100, "\(status)")
                #expect(status.next?.command.contains("--from-pins \(run.runID)") == true, "\(status)")
                #expect(try node.sh("ls \(node.scratch)/other") == "", "a database was made")
                // The one that knows it, as printed.
                let refusal = try self.run(node, ["confirm"], database)
                let named = try #require(node.command(after: "that knows it:", in: refusal.stderr))
                try node.shell(named.replacing("PATH", with: node.database))
                let committed = try self.run(node, ["status"], database)
                #expect(committed.stdout.contains("is committed: the replacement has the traffic"), "\(committed)")
                let undo = try self.run(node, ["rollback", "--node", Node.name], database)
                node.expect(undo, exit: 13, code: .unknownRun)
                try node.shell(try #require(node.command(after: "Undo it from the pins:", in: undo.stderr)))
                #expect(try node.state() == before)
                #expect(try node.sh("ls \(node.scratch)/other") == "", "a database was made")
            }
        }

        @Test func `no verb but apply makes a database`() throws {
            try withNode(pods: 1) { node in
                let database = try other(node)
                let verbs: [([String], Int32)] = [
                    (["resume"], 0), (["status"], 0), (["confirm"], 12), (["extend", "--by", "5m"], 12),
                    (["rollback", "--node", Node.name], 12), (["abort", "--node", Node.name], 12),
                    (["finalize", "--node", Node.name], 12),
                ]
                for (verb, exit) in verbs { node.expect(try run(node, verb, database), exit: exit, code: nil) }
                #expect(try node.sh("ls \(node.scratch)/other") == "")
            }
        }

        /// Killed while it drops the pins, and its database lost: there is no way back, and one command ends it.
        @Test(.requires(.strace), arguments: [1, 3]) func `a finalize that was cut off, and its database lost`(
            step: Int
        ) throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let plain = try node.plain(of: run.runID)
                let killed = try node.run(
                    [
                        "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlinkat", "-e",
                        "inject=unlinkat:signal=SIGKILL:when=\(step)",
                    ] + (try node.words(["finalize", "--node", Node.name])))
                #expect(killed.status == 137, "\(killed)")
                let database = try other(node)
                let status = try self.run(node, ["status"], database)
                let next = "finish what finalize began, from the pins:  migrate finalize"
                #expect(status.stdout.contains(next) && status.stdout.contains("--from-pins \(run.runID)"), "\(status)")
                let back = try self.run(node, ["rollback", "--node", Node.name, "--from-pins"], database)
                node.expect(back, exit: 10, code: .alreadyFinalized)
                try node.shell(try #require(node.command(after: "Finish it:", in: back.stderr)))
                #expect(try node.slot().program == plain)
                #expect(try node.sh("ls /sys/fs/bpf").contains("migrate") == false)
                let again = try self.run(
                    node, ["finalize", "--node", Node.name, "--from-pins", run.runID], database)
                node.expect(again, exit: 12, code: .noRun)
                // The database, found again, is told what the kernel says.
                #expect(try node.run(verb: "resume").state == .finalized)
                #expect(try node.status().state == "finalized")
            }
        }

        /// The sets of a finalized run are all that is left of its pins, and its replacement asks them.
        @Test func `a finalized run with enrolled sets, and its database lost`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan(membership: .enrolled))
                _ = try node.run(verb: "finalize", "--node", Node.name)
                let words = ["rollback", "--node", Node.name, "--from-pins"]
                let state = try node.state()
                node.expect(try node.run(try node.words(words)), exit: 10, code: .alreadyFinalized)
                #expect(try node.status().state == "finalized", "what the database knows was overwritten")
                try node.sh("rm \(node.database)*")
                for words in [words, ["rollback", "--node", Node.name]] {
                    let refused = try node.run(try node.words(words))
                    node.expect(refused, exit: 10, code: .alreadyFinalized)
                    #expect(refused.stderr.contains("interface sets of a finalized run"), "\(refused)")
                    #expect(refused.stderr.contains("program \(try node.slot().program) "), "\(refused)")
                }
                #expect(try node.state() == state)
                let status = try node.status(exit: 30)
                #expect(status.leftovers.contains { $0.contains(run.runID) && $0.contains("finalized") }, "\(status)")
                // As printed: the agent first, then what is left.
                let refused = try node.run(try node.words(words))
                let remove = try #require(node.command(after: "then remove the sets:", in: refused.stderr))
                let ours = try node.slot().program
                try node.attachLegacyProgramAnew()
                for _ in 0..<300 where BPFIdentifier.programExists(ours) { node.wait(seconds: 0.01) }
                try node.shell(remove)
                #expect(try !node.sh("ls /sys/fs/bpf").contains("migrate"))
                #expect(try node.status().state == "idle")
                try node.apply(try node.plan("again.json"))
                #expect(try node.rollback().proof?.identical == true)
            }
        }
    }
}
