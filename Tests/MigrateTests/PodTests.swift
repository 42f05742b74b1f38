import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// What a container changes: fewer capabilities, last words for the kubelet, a pod in the place of another.
    @Suite struct Pods {
        private func message(_ path: String) throws -> TerminationMessage {
            try JSON.decode(TerminationMessage.self, from: Array(try TextFile.read(path).utf8))
        }

        private func bounded(_ node: Node, _ words: [String], without capability: Capability) throws -> CommandResult {
            let short = "-" + capability.shortName.lowercased()
            return try node.run(
                ["setpriv", "--inh-caps=-all", "--bounding-set=\(short)"] + (try node.words(words)))
        }

        @Test func `a capability that is missing is named, and nothing happens`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                for capability in Capability.allCases {
                    let verbs: [(verb: PrivilegedVerb, words: [String])] = [
                        (.plan, ["plan", "--no-save"]), (.status, ["status"]),
                        (.apply, ["apply", "--node", Node.name, plan]),
                        (.rollback, ["rollback", "--node", Node.name]),
                    ]
                    for (verb, words) in verbs where verb.needs.contains(capability) {
                        let result = try bounded(node, words, without: capability)
                        node.expect(result, exit: 77, code: .missingCapability)
                        #expect(result.stderr.contains("\(capability.rawValue) is missing"), "\(result)")
                        #expect(try node.state() == before)
                    }
                    // This one tells.
                    let told = try bounded(node, ["preflight", "-o", "json"], without: capability)
                    node.expect(told, exit: 10, code: nil)
                    #expect(told.stdout.contains("\(capability.rawValue) is missing"), "\(told)")
                }
                // In a user namespace all are there, and none counts.
                let inside = try node.run(
                    ["unshare", "--user", "--map-root-user"] + (try node.words(["plan", "--no-save"])))
                node.expect(inside, exit: 77, code: .missingCapability)
                #expect(inside.stderr.contains("hostUsers"), "\(inside)")
            }
        }

        @Test func `the termination log says how it ended`() throws {
            try withNode(pods: 1) { node in
                let log = "\(node.scratch)/log"
                try node.sh("printf 'what was there before, and is longer than what comes: %5000s' x >\(log)")
                let environment = ["MIGRATE_TERMINATION_LOG": log]
                let plan = try node.migrate("plan", "--membership", "on-link", environment: environment)
                let planned = try message(log)
                #expect(planned.exit == 0 && planned.planID?.hasPrefix("p-") == true, "\(plan)")
                let id = String(try #require(planned.planID).prefix(14))
                try node.migrate("apply", "--node", Node.name, "--detach", id, "--termination-log", log)
                let applied = try message(log)
                #expect(applied.exit == 0 && applied.state == "provisional" && applied.runID?.hasPrefix("r-") == true)
                try node.migrate("apply", "--node", "another", id, environment: environment, exit: 12, code: .wrongNode)
                let refused = try message(log)
                #expect(refused.exit == 12 && refused.code == Code.wrongNode.text && refused.remedy != nil)
                try node.migrate("rollback", "--node", Node.name, environment: environment)
                #expect(try message(log).state == "rolled-back")
                // It is the kubelet's: where there is none, none is made, and the command ends as it does.
                let missing = try node.migrate("status", environment: ["MIGRATE_TERMINATION_LOG": "\(log)-none"])
                #expect(missing.stderr.contains("was not written") && access("\(log)-none", F_OK) != 0)
            }
        }

        @Test func `a pod in the place of another goes on with its run, and begins no second one`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let pod = ["POD_NAME": "migrate-apply-x", "JOB_UID": "2f6c"]
                let apply = ["apply", "--node", Node.name, "--detach", "--confirm-within", "10m", "-o", "json", plan]
                let first = try node.runDocument(try node.run(try node.words(apply), environment: pod))
                let next = pod.merging(["POD_NAME": "migrate-apply-y"]) { $1 }
                let again = try node.runDocument(try node.run(try node.words(apply), environment: next))
                #expect(again.runID == first.runID && !again.changed && again.state == .provisional)
                // Somebody takes it back meanwhile: that was meant.
                try node.rollback()
                let refused = try node.run(try node.words(apply), environment: next)
                node.expect(refused, exit: 12, code: .jobEnded)
                #expect(refused.stderr.contains(first.runID) && refused.stderr.contains("rolled-back"), "\(refused)")
                #expect(try node.state() == before)
                // Another Job, and whoever is in no pod, may.
                let other = try node.runDocument(
                    try node.run(try node.words(apply), environment: pod.merging(["JOB_UID": "77aa"]) { $1 }))
                #expect(other.changed && other.runID != first.runID)
                try node.rollback()
                #expect(try node.state() == before)
            }
        }
    }
}
