import Foundation
import Testing
import TestSupport

@testable import Lab

extension MigrateSuite {
    /// The audit log costs no wait for the disk: these are the syncs that each verb made before there was a log.
    @Suite(.requires(.strace)) struct AuditCost {
        private func syncs(_ node: Node, _ verb: [String]) throws -> Int {
            let log = "\(node.scratch)/syncs"
            let words = try node.words(verb)
            let result = try node.run(["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", log] + words)
            #expect(result.status == 0, "\(result)")
            let text = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
            return text.split(separator: "\n").count { $0.contains("sync(") }
        }

        @Test func `no verb waits for the disk more often than for its journal`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                #expect(try syncs(node, ["apply", "--node", Node.name, "--confirm-within", "none", plan]) <= 10)
                #expect(try syncs(node, ["rollback", "--node", Node.name]) <= 10)
                #expect(try syncs(node, ["apply", "--node", Node.name, "--detach", plan]) <= 11)
                #expect(try syncs(node, ["confirm"]) <= 6)
                #expect(try syncs(node, ["rollback", "--node", Node.name]) <= 11)
            }
        }
    }
}
