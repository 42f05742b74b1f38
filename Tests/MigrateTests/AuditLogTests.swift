import Foundation
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// The audit log of runs that were made: by whom, in which order, and that it shows what was done to it.
    @Suite(.requires(.sqlite3)) struct AuditLogs {
        private func head(_ node: Node) throws -> String {
            try node.migrate("audit", "head").stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        private func rows(_ node: Node, _ sql: String) throws -> [String] {
            try node.sh("sqlite3 -readonly \(node.database) \"\(sql)\"").split(separator: "\n").map(String.init)
        }

        @Test func `applied, confirmed, rolled back: every step is a record, and each run prints where the log stands`()
            throws
        {
            try withNode(pods: 1) { node in
                #expect(try head(node) == "none: the log is empty")
                let plan = try node.plan()
                let provisional = try node.runDocument(
                    try node.migrate("apply", "--node", Node.name, "--detach", "-o", "json", plan))
                let confirmed = try node.run(verb: "confirm")
                let back = try node.migrate(
                    "rollback", "--node", Node.name, environment: ["SUDO_USER": "ada"])
                let marks = try [provisional, confirmed].map { try #require($0.audit) }
                let last = try head(node)
                #expect(back.stdout.contains("Audit log: record \(last.prefix { $0 != ":" }), head \(last)"), "\(back)")
                #expect(Set(marks.map(\.head) + [last]).count == 3)
                let expected = (marks.map(\.head) + [last]).flatMap { ["--expect-head", $0] }
                let verify = try node.run(try node.words(["audit", "verify", "-o", "json"] + expected))
                #expect(verify.status == 0, "\(verify)")
                let document = try JSON.decode(AuditDocument.self, from: Array(verify.stdout.utf8))
                #expect(document.intact && document.complete == true && document.audit?.head == last)
                #expect(
                    try rows(node, "SELECT kind FROM audit WHERE kind NOT IN ('health')") == [
                        "genesis", "command", "plan", "command", "plan", "state", "state", "result", "command", "state",
                        "result", "command", "state", "state", "proof", "result",
                    ])
                #expect(
                    try rows(node, "SELECT event ->> 'state' FROM audit WHERE kind = 'result'")
                        == ["provisional", "committed", "rolled-back"])
                let who = try rows(
                    node,
                    "SELECT (event -> 'actor' ->> 'uid') || (event -> 'actor' ->> 'sudo_user') FROM audit WHERE kind = 'command'"
                )
                #expect(who.last == "0ada")
                // What is done is told in words that were typed.
                let typed = try rows(node, "SELECT event ->> 'arguments' FROM audit WHERE kind = 'command'")
                #expect(typed.last?.contains("\"rollback\",\"--node\",\"\(Node.name)\"") == true)
                // The hash of the document is that of what was printed, but for where the log stood.
                var told = confirmed
                told.audit = nil
                let hash = Digest.sha256(try JSON.canonical(told))
                #expect(
                    try rows(node, "SELECT event ->> 'document' FROM audit WHERE sequence = \(marks[1].sequence)")
                        == [hash])
            }
        }

        @Test func `a rollback from the pins is one command, also where the database hears of it twice`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                try node.migrate("rollback", "--node", Node.name, "--from-pins")
                let kinds = try rows(
                    node,
                    "SELECT kind FROM audit WHERE sequence > (SELECT max(sequence) FROM audit "
                        + "WHERE kind = 'result' AND event ->> 'state' = 'committed')")
                #expect(kinds == ["command", "state", "proof", "result"])
                let commands = try rows(
                    node, "SELECT DISTINCT command FROM audit WHERE kind <> 'command' ORDER BY sequence DESC LIMIT 1")
                let last = try rows(node, "SELECT max(sequence) FROM audit WHERE kind = 'command'")
                #expect(commands == last && !last.isEmpty)
                #expect(try node.migrate("report", run.runID).stdout.contains("identical"))
                try node.migrate("audit", "verify")
            }
        }

        @Test func `a shadow prints where the log stands, too`() throws {
            try withNode(pods: 1) { node in
                let words = ["shadow", "--node", Node.name, "--duration", "1s", try node.plan()]
                let text = try node.run(try node.words(words))
                let first = try head(node)
                #expect(
                    text.stdout.contains("Audit log: record \(first.prefix { $0 != ":" }), head \(first)"), "\(text)")
                let shape = try DocumentShape(try node.run(try node.words(words + ["-o", "json"])).stdout)
                #expect(shape.text("audit.head") == (try head(node)) && shape.text("audit.head") != first)
                try node.migrate("audit", "verify", "--expect-head", first)
            }
        }

        @Test func `looking, and what was done already, leaves no record`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let before = try head(node)
                for verb in [
                    ["status"], ["history"], ["report"], ["show", run.runID], ["resume"], ["confirm"],
                    ["audit", "head"],
                    ["audit", "verify"], ["plan", "--no-save"],
                ] {
                    _ = try node.run(try node.words(verb))
                    #expect(try head(node) == before, "\(verb)")
                }
                let again = try node.run(verb: "confirm")
                #expect(!again.changed && again.audit?.head == before)
                // A refusal is told, once.
                for _ in 0..<2 { try node.refuses("canary", "5%", exit: 10, code: .notOpen) }
                #expect(try rows(node, "SELECT event ->> 'code' FROM audit WHERE kind = 'refusal'") == ["MIG1215"])
                try node.rollback()
            }
        }

        @Test func `exported, copied and tampered with, it says so from outside`() throws {
            try withNode(pods: 1) { node in
                try node.apply(try node.plan())
                let middle = try head(node)
                try node.rollback()
                let end = try head(node), export = node.scratch + "/audit.jsonl", copy = node.scratch + "/copy.db"
                try node.migrate("audit", "export", "--out", export)
                try node.sh("sqlite3 \(node.database) \"VACUUM INTO '\(copy)'\"")
                func verify(_ file: String, exit: Int32, _ code: Code? = nil, heads: [String]) throws {
                    let words = ["audit", "verify"] + heads.flatMap { ["--expect-head", $0] } + [file]
                    let result = try node.run([try Programs.migrate] + words)
                    #expect(result.status == exit, "\(result)")
                    if let code { #expect(result.stdout.contains("[\(code.text)]"), "\(result)") }
                }
                for file in [export, copy, node.database] { try verify(file, exit: 0, heads: [middle, end]) }
                try node.sh("sed 's/operator/deadline/' \(export) > \(export).edited")
                try verify(export + ".edited", exit: 40, .auditEdited, heads: [])
                try node.sh("sed 5d \(export) > \(export).removed")
                try verify(export + ".removed", exit: 40, .auditRemoved, heads: [])
                try node.sh("sed -n 'p;3p' \(export) > \(export).inserted")
                try verify(export + ".inserted", exit: 40, .auditInserted, heads: [])
                try node.sh("head -n 5 \(export) > \(export).short")
                try verify(export + ".short", exit: 40, .auditExportCutOff, heads: [])
                try node.sh("sqlite3 \(copy) \"UPDATE runs SET state = 'committed'\"")
                try verify(copy, exit: 40, .auditEdited, heads: [])
                let other = "7:" + String(repeating: "0", count: 64)
                try verify(export, exit: 40, .auditForked, heads: [middle, other])
                try verify(export, exit: 40, .auditCutOff, heads: ["999:" + other.dropFirst(2)])
                let bad = try node.run([try Programs.migrate, "audit", "verify", "--expect-head", "x", export])
                node.expect(bad, exit: 65, code: .auditUnreadable)
                let none = try node.run([try Programs.migrate, "audit", "verify", "/etc/hostname"])
                node.expect(none, exit: 65, code: .auditUnreadable)
                // As an auditor would who is nobody here. The program may lie where nobody may go.
                try node.sh("mount -t tmpfs -o mode=755 none /mnt; touch /mnt/migrate")
                try node.sh(
                    "mount --bind \(try Programs.migrate) /mnt/migrate; cp \(export) \(copy) /mnt; chmod 0644 /mnt/*.*")
                for (file, exit) in [("audit.jsonl", Int32(0)), ("copy.db", 40)] {
                    let words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/mnt/migrate"]
                    let result = try node.run(words + ["audit", "verify", "/mnt/\(file)"])
                    node.expect(result, exit: exit, code: nil)
                }
                try node.sh("umount /mnt/migrate; umount /mnt")
            }
        }

        /// The log is not what a way back waits for.
        @Test(arguments: [false, true]) func `a rollback that cannot write it goes on and prints the record`(
            fromPins: Bool
        )
            throws
        {
            try withNode(pods: 1) { node in
                let plan = try node.plan(), before = try node.state()
                let run = try node.apply(plan)
                if fromPins {
                    try node.sh("mv \(node.database) \(node.database).lost")
                } else {
                    try node.sh(
                        "sqlite3 \(node.database) \"CREATE TRIGGER full BEFORE INSERT ON audit_rows BEGIN SELECT RAISE(ABORT, 'no'); END\""
                    )
                }
                let words = ["rollback", "--node", Node.name] + (fromPins ? ["--from-pins"] : [])
                let result = try node.run(try node.words(words))
                node.expect(result, exit: 0, code: .auditUnwritten)
                #expect(result.stderr.contains("\"kind\":\"result\"") && result.stderr.contains(run.runID), "\(result)")
                #expect(try node.state() == before)
            }
        }
    }
}
