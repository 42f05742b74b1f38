import Foundation
import Model
import Testing

@testable import Lab

extension Node {
    /// What is printed behind a label, to the end of its line.
    func command(after label: String, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            guard let range = line.range(of: label) else { continue }
            return line[range.upperBound...].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    /// What was printed, typed into a shell that finds `migrate`.
    @discardableResult
    func shell(_ command: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> CommandResult {
        let directory = try Programs.migrate.split(separator: "/").dropLast().joined(separator: "/")
        let result = try run(["sh", "-c", "PATH=/\(directory):$PATH; \(command)"])
        #expect(result.status == 0, "\(command): \(result)", sourceLocation: sourceLocation)
        return result
    }
}

extension MigrateSuite {
    /// What is printed runs as printed: it carries the options that were given.
    @Suite struct Suggestions {
        @Test func `plan, apply, status and rollback, one after the other, as printed`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let planned = try node.migrate("plan", "--membership", "on-link", "--cut", "direct")
                let apply = try #require(node.command(after: "apply it:", in: planned.stdout))
                #expect(apply.contains("--db \(node.database)") && apply.contains("--private-bpffs"), "\(apply)")
                let applied = try node.shell(apply)
                let status = try node.migrate("status")
                let fromStatus = try #require(node.command(after: "take it back:", in: status.stdout))
                let rollback = try #require(node.command(after: "take it back:", in: applied.stdout))
                for command in [fromStatus, rollback] {
                    #expect(command.hasPrefix("migrate rollback ") && command.contains("--db \(node.database)"))
                }
                let back = try node.shell(rollback)
                #expect(try node.state() == before)
                let again = try #require(node.command(after: "look again:", in: back.stdout))
                #expect(again.contains("--db \(node.database)"))
                try node.shell(again)
            }
        }

        @Test func `a plan that is suggested is the one that was asked for`() throws {
            try withNode(pods: 1) { node in
                let asked = ["--membership enrolled --static-set", "--egress mac", "--accept-unknown", "--cut direct"]
                let words = ["plan"] + asked.flatMap { $0.split(separator: " ").map(String.init) }
                let json = try node.run(try node.words(words + ["-o", "json"]))
                let plan = try JSON.decode(PlanDocument.self, from: Array(json.stdout.utf8))
                let warning = try #require(plan.warnings.first { $0.code == Code.equivalenceNotRun.text })
                let compare = try #require(node.command(after: "Compare them:", in: warning.remedy))
                let again = try node.shell(compare + " --no-save -o json")
                #expect(try JSON.decode(PlanDocument.self, from: Array(again.stdout.utf8)).planID == plan.planID)
                // apply asks as the plan did, and says so; rollback, too.
                let applied = try node.migrate(
                    "apply", "--node", Node.name, "--confirm-within", "none", Identifier.short(plan.planID))
                let next = try #require(node.command(after: "before the next one:", in: applied.stderr))
                let back = try node.migrate("rollback", "--node", Node.name)
                let look = try #require(node.command(after: "look again:", in: back.stdout))
                for command in [compare, next, look] {
                    for option in asked + ["--db \(node.database)"] {
                        #expect(command.components(separatedBy: option).count == 2, "\(option): \(command)")
                    }
                }
                try node.shell(look)
            }
        }

        @Test func `what a document and an error suggest`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan(cut: .direct)
                let run = try node.apply(plan)
                let next = try #require(run.next)
                #expect(next.command.contains("--db \(node.database)"))
                let refused = try node.migrate("apply", "--node", Node.name, plan, exit: 64)
                let remedy = try #require(node.command(after: "Commit at once:", in: refused.stderr))
                #expect(remedy.contains("--db \(node.database)") && remedy.contains("--private-bpffs"), "\(remedy)")
                try node.shell(remedy)
                try node.shell(next.command)
            }
        }

        @Test func `what a blocked plan suggests, in text, document and SQL alike`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                try node.apply(try node.plan())
                let text = try node.migrate("plan", exit: 10).stdout
                let read = try node.migrate("plan", "-o", "json", exit: 10)
                let plan = try JSON.decode(PlanDocument.self, from: Array(read.stdout.utf8))
                let blocker = try #require(plan.blockers.first { $0.code == Code.alreadyOurs.text })
                let options = "--db \(node.database) --private-bpffs"
                #expect(blocker.remedy.hasSuffix("migrate status \(options)"), "\(blocker.remedy)")
                #expect(text.contains(blocker.remedy))
                #expect(
                    try #require(plan.warnings.first { $0.code == Code.commitLasts.text }).remedy.hasSuffix(options))
                for warning in plan.warnings where warning.code == Code.notObserved.text {
                    try node.shell(
                        try #require(node.command(after: "under unobserved:", in: warning.remedy)) + " || [ $? = 10 ]")
                }
                let list = try node.migrate("history")
                #expect(list.stdout.contains("\ns-") && list.stdout.contains("SNAPSHOT"), "\(list.stdout)")
                try node.shell(try #require(node.command(after: "Read one:", in: list.stdout)))
                // Which command takes it back depends on how far it came: status knows.
                try node.shell(try #require(node.command(after: "what to do with it:", in: blocker.remedy)))
                try node.rollback()
                #expect(try node.state() == before)
            }
        }

        /// The verbs that put back need no profile; what they suggest does.
        @Test func `a profile of one's own is remembered`() throws {
            try withNode(pods: 2) { node in
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                try node.sh(
                    "mkdir /sys/fs/bpf/mesh; bpftool map pin id \(map.id) /sys/fs/bpf/mesh/where; rm /sys/fs/bpf/ambient/app_info"
                )
                let path = "\(node.scratch)/own.yaml"
                try node.migrate("discover", "--map", "mesh/where").stdout
                    .write(toFile: path, atomically: true, encoding: .utf8)
                let planned = try node.migrate("plan", "--profile", path, "--membership", "on-link", "--cut", "direct")
                let applied = try node.shell(try #require(node.command(after: "apply it:", in: planned.stdout)))
                #expect(applied.stdout.contains("Committed"))
                let found = try node.migrate("discover", "--map", String(map.id))
                #expect(found.stdout.contains("Already replaced by run r-"), "\(found.stdout)")
                try node.shell(try #require(node.command(after: "see how it stands:", in: found.stderr)))
                let back = try node.migrate("rollback", "--node", Node.name)
                let again = try #require(node.command(after: "look again:", in: back.stdout))
                #expect(again.contains("--profile \(path)") && again.contains("--private-bpffs"), "\(again)")
                try node.shell(again)
                let status = try node.migrate("status")
                #expect(status.stdout.contains("--profile \(path)"), "\(status.stdout)")
            }
        }
    }
}
