import Foundation
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct Equivalence {
        @Test func `plan compares on request, keeps the id, and apply warns where it was not asked for`() throws {
            try withNode { node in
                let path = try node.plan()
                let plain = try node.document(path)
                let words = ["apply", "--node", Node.name, "--confirm-within", "none"]
                let warned = try node.run(try node.words(words + ["-o", "json", path]))
                #expect(warned.status == 0 && warned.stderr.contains("[\(Code.equivalenceNotRun.text)]"), "\(warned)")
                _ = try node.runDocument(warned)
                try node.rollback()
                let full = "\(node.scratch)/full.json"
                let text = try node.migrate("plan", "--membership", "on-link", "--equivalence", "--out", full).stdout
                #expect(text.contains(" packets, no difference"), "\(text)")
                #expect(text.contains("by design: destination-mac "), "\(text)")
                let plan = try node.document(full)
                #expect(plan.planID == plain.planID && plan.equivalence.ran && plan.equivalence.cases > 3_000)
                #expect(try plan.isIntact())
                let quiet = try node.run(try node.words(words + ["-o", "json", full]))
                #expect(quiet.status == 0 && !quiet.stderr.contains(Code.equivalenceNotRun.text), "\(quiet)")
                _ = try node.runDocument(quiet)
                try node.rollback()
                // Compared clean, and applied by the document without: what was found stands.
                let known = try node.run(try node.words(words + ["-o", "json", path]))
                #expect(known.status == 0 && !known.stderr.contains(Code.equivalenceNotRun.text), "\(known)")
                _ = try node.runDocument(known)
                try node.rollback()
            }
        }

        /// The profile promises another word of the control block than the deployment sets: nothing else is wrong.
        @Test func `a contract that is wrong blocks, is shown and kept, and is never applied`() throws {
            try withNode { node in
                let profile = "\(node.scratch)/wrong.yaml"
                let found = try node.migrate("discover", "--map", "ambient/app_info").stdout
                let wrong = found.replacing(#/(?m)^(\s*)control_block:.*$/#) {
                    "\($0.1)control_block: {index: 4, value: 7}"
                }
                #expect(wrong != found, "\(found)")
                try wrong.write(toFile: profile, atomically: true, encoding: .utf8)
                let path = "\(node.scratch)/wrong.json"
                let result = try node.run(
                    try node.words([
                        "plan", "--profile", profile, "--membership", "on-link", "--equivalence", "--out", path,
                    ]))
                #expect(result.status == 10 && result.stdout.contains(Code.equivalenceDiffers.text), "\(result)")
                let plan = try node.document(path)
                let first = try #require(plan.equivalence.differences.first)
                #expect(first.aspects.contains(.controlBlock) && first.kind == .tcp)
                for what in [path, plan.planID] {
                    let shown = try node.migrate("show", what).stdout
                    #expect(
                        shown.contains("    \(first.packet)\n") && shown.contains("got    \(first.frame)"), "\(shown)")
                }
                // Where each can be seen is a command that runs as printed.
                let blocker = try #require(plan.blockers.first { $0.code == Code.equivalenceDiffers.text })
                let each = try node.shell(try #require(node.command(after: "see each:", in: blocker.remedy)))
                #expect(each.stdout.contains("    \(first.packet)\n"))
                let count = try node.run([
                    "sqlite3", node.database,
                    "SELECT count(*) FROM equivalence_differences WHERE plan_id = '\(plan.planID)' AND kind = 'tcp'",
                ])
                #expect(Int(count.stdout.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 0, "\(count)")
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", "--profile", profile, path, exit: 10,
                    code: .equivalenceDiffered)
                // The same decision without packets has the same id, and takes nothing back.
                let again = "\(node.scratch)/again.json"
                _ = try node.migrate("plan", "--profile", profile, "--membership", "on-link", "--out", again)
                #expect(try node.document(again).planID == plan.planID)
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", "--profile", profile, again, exit: 10,
                    code: .equivalenceDiffered)
            }
        }
    }
}
