import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A pod that the map delivers to without asking, and that answers nobody who asks.
    @Suite struct SilentPods {
        private func silence(_ node: Node) throws -> LabPod {
            let pod = try node.lab.pod("pod1")
            try node.lab.run(["ip", "link", "set", "eth0", "arp", "off"], in: "pod1").mustSucceed()
            try node.sh("ip neigh flush \(pod.address) dev \(pod.interface)")
            #expect(try node.sh("ip neigh show \(pod.address) dev \(pod.interface)") == "")
            return pod
        }

        @Test func `apply rolls back, and nothing was changed`() throws {
            try withNode { node in
                let pod = try silence(node)
                let plan = try node.plan()
                let before = try (state: node.state(), slot: node.slot())
                let result = try node.migrate(
                    "apply", "--node", Node.name, "--confirm-within", "none", plan, exit: 20, code: .rolledBack)
                #expect(result.stderr.contains("MIG1205") && result.stderr.contains("destinations do not answer"))
                #expect(result.stderr.contains("\(pod.address)") && result.stderr.contains("proven identical"))
                #expect(try node.state() == before.state)
                #expect(try node.slot() == before.slot)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `with --accept-unknown in the plan it goes on`() throws {
            try withNode { node in
                _ = try silence(node)
                let plan = node.scratch + "/accepted.json"
                let before = try node.state()
                try node.migrate("plan", "--membership", "on-link", "--accept-unknown", "--out", plan)
                #expect(try node.document(plan).decision.acceptUnknown)
                #expect(try node.apply(plan).state == .committed)
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.state() == before)
            }
        }
    }
}
