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
                let planned = try node.migrate("plan", "--membership", "on-link")
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

        @Test func `what a document and an error suggest`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
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
    }
}
