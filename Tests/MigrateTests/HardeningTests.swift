import Model
import Testing

@testable import Lab

extension MigrateSuite {
    @Suite struct Hardening {
        private func forge(
            _ node: Node, _ plan: String, _ change: (inout PlanDocument) -> Void
        ) throws -> String {
            var document = try node.document(plan)
            change(&document)
            let path = "\(node.scratch)/forged.json"
            try TextFile.replace(path, with: try JSON.pretty(document.sealed()) + "\n")
            #expect(try document.sealed().digest == node.document(path).digest)
            return path
        }

        private func refuses(
            _ node: Node, _ plan: String, exit: Int32, code: Code, sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            try node.refuses(
                "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: exit, code: code,
                sourceLocation: sourceLocation)
        }

        @Test func `accept_unknown is part of the decision, whatever digest the file bears`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let decided = try forge(node, plan) {
                    $0.asked.acceptUnknown = true
                    $0.decision.acceptUnknown = true
                }
                try refuses(node, decided, exit: 65, code: .editedPlan)
                // Only what was asked for: the decision that comes out of it is another one.
                let asked = try forge(node, plan) { $0.asked.acceptUnknown = true }
                try refuses(node, asked, exit: 11, code: .stalePlan)
            }
        }

        @Test func `a result that cannot be written is an error`() throws {
            try withNode(pods: 1) { node in
                let words = try node.words(["plan", "--membership", "on-link"]).joined(separator: " ")
                for more in ["", " -o json"] {
                    let result = try node.run(["sh", "-c", "\(words)\(more) > /dev/full"])
                    node.expect(result, exit: 74, code: .outputFailed)
                }
            }
        }

        @Test func `a name from a pod does not steer the terminal`() throws {
            try withNode(pods: 1) { node in
                let name = "e\u{1b}[2Jx"
                try node.sh("bpftool prog pin id \(try node.program("ztunnel_host_ingress")) /sys/fs/bpf/kept")
                let script = """
                    ip link add "$0" type veth peer name vb; tc qdisc add dev "$0" clsact
                    tc filter add dev "$0" ingress prio 7 bpf direct-action object-pinned /sys/fs/bpf/kept
                    """
                try node.lab.run(["sh", "-euc", script, name], in: "pod1").mustSucceed()
                for verb in [["plan", "--membership", "on-link"], ["preflight"]] {
                    let result = try node.run(try node.words(verb))
                    #expect(!(result.stdout + result.stderr).unicodeScalars.contains("\u{1b}"), "\(result)")
                    if verb[0] == "plan" { #expect(result.stdout.contains("e\\x1b[2Jx"), "\(result)") }
                }
                // JSON has an escape of its own.
                let json = try node.run(try node.words(["plan", "--membership", "on-link", "-o", "json"])).stdout
                #expect(!json.unicodeScalars.contains("\u{1b}"))
                #expect(try DocumentShape(json).text("kind") == "plan" && json.contains("e\\u001b[2Jx"))
                try node.sh("rm /sys/fs/bpf/kept")
            }
        }

        @Test func `pins that somebody removed are missed`() throws {
            try withNode(pods: 1) { node in
                // Something else keeps the legacy program, as a second hook with it does.
                try node.sh("bpftool prog pin id \(try node.program("ztunnel_host_ingress")) /sys/fs/bpf/kept")
                let before = try node.proxyFilters()
                let run = try node.apply(try node.plan())
                try node.sh("rm -r /sys/fs/bpf/migrate")
                let status = try node.status(exit: 30)
                #expect(status.runID == run.runID && status.drift.count == 1, "\(status)")
                for name in ["record", "legacy_0", run.runID] {
                    #expect(status.drift.first?.contains(name) == true, "\(status.drift)")
                }
                #expect(try node.migrate("status", exit: 30).stdout.contains("legacy_0"))
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.proxyFilters() == before)
                try node.sh("rm /sys/fs/bpf/kept")
            }
        }
    }
}
