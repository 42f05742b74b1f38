import Foundation
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Usage, consent, runs in the way, and what the options rest on.
    @Suite struct CommandLineRefusals {
        @Test func `usage`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                for window in ["10", "5x", "0s", "31d", "-5m", "None", "1m1h"] {
                    try node.refuses(
                        "apply", "--node", Node.name, "--confirm-within=\(window)", plan, exit: 64, code: .badTimeSpan)
                    // An empty value is none, for the parser.
                    try node.refuses("extend", "--by=\(window)", exit: 64, code: window.isEmpty ? .usage : .badTimeSpan)
                }
                try node.refuses("extend", "--by", "none", exit: 64, code: .badTimeSpan)
                try node.refuses("extend", exit: 64, code: .usage)
                for verb in ["confirm", "finalize", "abort"] {
                    let words = verb == "confirm" ? [verb] : [verb, "--node", Node.name]
                    for more in [[], ["r-0"]] {
                        let refused = try node.run(try node.words(words + more))
                        node.expect(refused, exit: 12, code: .noRun)
                    }
                }
                try node.refuses("finalize", exit: 64, code: .usage)
                try node.refuses("finalize", "--node", "node-b", exit: 12, code: .wrongNode)
                try node.refuses("resume", "r-0", exit: 12, code: .noRun)
                // Nothing is recorded: there is nothing to go on with, and it says so.
                #expect(try DocumentShape(node.migrate("resume", "-o", "json").stdout).text("state") == "idle")
                try node.refuses("apply", "--node", Node.name, "--confirm-within", "none", exit: 64, code: .usage)
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", "--no-input", exit: 64, code: .usage)
                try node.refuses("apply", "--confirm-within", "none", plan, exit: 64, code: .usage)
                try node.refuses("rollback", exit: 64, code: .usage)
                try node.refuses("plan", "--no-such-option", exit: 64, code: .usage)
                try node.refuses("plan", "-o", "yaml", exit: 64, code: .usage)
                try node.refuses("plan", "--membership", "none", exit: 64, code: .usage)
                try node.refuses("no-such-verb", exit: 64, code: .usage)
                try node.refuses("explain", "MIG9999", exit: 64, code: .usage)
                try node.refuses("rollback", "--node", Node.name, exit: 12, code: .noRun)
                try node.refuses("rollback", "--node", Node.name, "r-0", exit: 12, code: .noRun)
                // A consent does not come from the environment.
                try node.refuses(
                    "apply", "--confirm-within", "none", plan, environment: ["MIGRATE_NODE": Node.name], exit: 64,
                    code: .usage)
                try node.refuses(
                    "rollback", environment: ["MIGRATE_NODE": Node.name], exit: 64, code: .usage)
            }
        }

        @Test func `a blocked plan is not applied`() throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan(exit: 10)
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: 10, code: .brokenEntries)
            }
        }

        /// What the journal says of it matters only where the kernel has nothing of it.
        @Test func `an open run keeps another one away`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let first = try node.plan()
                let other = try node.plan("other.json", membership: .legacyKeys)
                let run = try node.provisional(first)
                let words = ["apply", "--node", Node.name, "--confirm-within", "none", other]
                let refused = try node.run(try node.words(words))
                node.expect(refused, exit: 13, code: .anotherRun)
                #expect(refused.stderr.contains(run.runID) && refused.stderr.contains("provisional"), "\(refused)")
                try node.shell(try #require(node.command(after: "Take it back first:", in: refused.stderr)))
                #expect(try node.state() == before)
            }
        }

        @Test func `another plan while a run is in place: its run is named`() throws {
            try withNode(pods: 1) { node in
                let first = try node.plan()
                let other = try node.plan("other.json", membership: .legacyKeys)
                let run = try node.apply(first)
                let words = ["apply", "--node", Node.name, "--confirm-within", "none"]
                let refused = try node.run(try node.words(words + [other]))
                node.expect(refused, exit: 13, code: .anotherRun)
                #expect(refused.stderr.contains("run \(run.runID) is committed: its program "), "\(refused)")
                try node.shell(try #require(node.command(after: "Take it back first:", in: refused.stderr)))
            }
        }

        @Test func `pins of a run that another database made`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let plan = try node.plan()
                let run = try node.apply(plan)
                try node.sh("install -d -m 0700 \(node.scratch)/other")
                let other = "\(node.scratch)/other/migrate.db"
                let words = [
                    try Programs.migrate, "apply", "--private-bpffs", "--db", other, "--node", Node.name,
                    "--confirm-within", "none", plan,
                ]
                let result = try node.run(words)
                node.expect(result, exit: 13, code: .unknownRun)
                #expect(result.stderr.contains(run.runID))
                #expect(try node.rollback("--from-pins", run.runID).proof?.identical == true)
                #expect(try node.state() == before)
            }
        }

        @Test func `a converted node is not planned again`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.apply(plan)
                let again = try node.document(try node.plan("again.json", exit: 10))
                #expect(again.blockers.map(\.code) == [Code.alreadyOurs.text])
                #expect(again.hooks.contains { $0.action == .ours })
                try node.rollback()
            }
        }

        @Test func `the lock`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let apply = ["apply", "--node", Node.name, "--confirm-within", "none", plan]
                let locked = try node.run(["flock", "/sys/fs/bpf"] + (try node.words(apply)))
                node.expect(locked, exit: 75, code: .locked)
                #expect(try node.state() == before)
                try node.apply(plan)
                let rollback = try node.run(
                    ["flock", "/sys/fs/bpf"] + (try node.words(["rollback", "--node", Node.name])))
                node.expect(rollback, exit: 75, code: .locked)
                // Looking needs no lock.
                let status = try node.run(["flock", "/sys/fs/bpf"] + (try node.words(["status"])))
                node.expect(status, exit: 0, code: nil)
                try node.rollback()
            }
        }

        @Test func `a database of a later version`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let plan = try node.plan()
                let run = try node.apply(plan)
                try node.sh("sqlite3 \(node.database) \"INSERT INTO grdb_migrations VALUES ('v9999_later')\"")
                node.expect(try node.run(try node.words(["status"])), exit: 30, code: .journalUnread)
                for verb in [["history"], ["report"], ["plan"], ["show", run.runID]] {
                    node.expect(try node.run(try node.words(verb)), exit: 74, code: .databaseNewer)
                }
                node.expect(
                    try node.run(try node.words(["apply", "--node", Node.name, "--confirm-within", "none", plan])),
                    exit: 74,
                    code: .databaseNewer)
                // The way back does not depend on it.
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.state() == before)
            }
        }

        /// A path that was mistyped leads to no advice that would hide or move what is there.
        @Test func `a bpffs that is none, and a database that is none`() throws {
            try withNode(pods: 1) { node in
                try node.sh("mkdir \(node.scratch)/empty \(node.scratch)/full; touch \(node.scratch)/full/x")
                for (path, mounts) in [("empty", true), ("full", false), ("none", false)] {
                    for verb in ["plan", "preflight"] {
                        let result = try node.migrate(verb, "--bpffs", "\(node.scratch)/\(path)", exit: 10)
                        let said = result.stdout + result.stderr
                        #expect(said.contains("mount -t bpf") == mounts, "\(said)")
                        #expect(said.contains("findmnt -t bpf") == !mounts, "\(said)")
                    }
                }
                let migrate = try Programs.migrate
                let missing = try node.run([migrate, "plan", "--private-bpffs", "--db", "\(node.scratch)/none/x.db"])
                node.expect(missing, exit: 77, code: .badStateDirectory)
                #expect(try node.run(["test", "-e", "\(node.scratch)/none"]).status == 1)
            }
        }

        @Test func `an error says the command again as it would do`() throws {
            try withNode(pods: 1) { node in
                let wrong = try node.migrate("plan", "--no-save", "--node", "node-b", exit: 12, code: .wrongNode)
                let meant = try #require(node.command(after: "if this machine is meant:", in: wrong.stderr))
                #expect(meant.hasPrefix("migrate plan --no-save --node \(Node.name) "), "\(meant)")
                try node.shell(meant + " --membership on-link")
                let none = try node.migrate("plan", "--no-save", "--profile=none", exit: 78, code: .badProfile)
                let named = try #require(node.command(after: "a built-in profile:", in: none.stderr))
                #expect(named.hasPrefix("migrate plan --no-save --profile ") && !named.contains("none"), "\(named)")
            }
        }

        @Test func `errors are documents too`() throws {
            try withNode(pods: 1) { node in
                let cases: [(verb: [String], code: Code)] = [
                    (["plan", "--node", "node-b"], .wrongNode), (["show", "/nonexistent"], .unreadablePlan),
                    (["plan", "--bpffs", "/tmp"], .noBPFFS), (["plan", "--profile", "none"], .badProfile),
                    (["rollback", "--node", Node.name], .noRun),
                    (["apply", "--node", Node.name, "--confirm-within", "x", "y"], .badTimeSpan),
                ]
                for (verb, code) in cases {
                    let result = try node.run(try node.words(verb + ["-o", "json"]))
                    let shape = try DocumentShape(result.stdout)
                    #expect(shape.text("kind") == "error" && shape.text("code") == code.text, "\(result)")
                    #expect(shape.number("exit") == Int(result.status) && result.status == code.exit.rawValue)
                    #expect(result.stderr.contains("[\(code.text)]") && shape.unsortedKeys == [])
                }
                // What the parser refuses is no exception: code, document, and the help of the verb that was meant.
                for (verb, help) in [
                    (["rollback"], "migrate rollback --help"), (["plan", "--no-such"], "migrate plan --help"),
                    (["no-such-verb"], "migrate --help"), (["plan", "--membership", "none"], "migrate plan --help"),
                ] {
                    let result = try node.run([try Programs.migrate] + verb + ["--output=json"])
                    let shape = try DocumentShape(result.stdout)
                    #expect(shape.text("code") == Code.usage.text && shape.number("exit") == 64, "\(result)")
                    #expect(shape.text("changed") == "nothing was changed" && result.status == 64)
                    #expect(shape.text("remedy") == "See how:  \(help)", "\(result)")
                    #expect(result.stderr.contains("[\(Code.usage.text)]"))
                }
                let unparsed = try node.run(
                    [try Programs.migrate, "plan", "--no-such"], environment: ["MIGRATE_OUTPUT": "json"])
                #expect(unparsed.stdout.contains("\"kind\" : \"error\""), "\(unparsed)")
                // Also where the format comes from the environment.
                let result = try node.run(
                    try node.words(["show", "/nonexistent"]), environment: ["MIGRATE_OUTPUT": "json"])
                #expect(result.stdout.contains("\"kind\" : \"error\""), "\(result)")
            }
        }
    }
}
