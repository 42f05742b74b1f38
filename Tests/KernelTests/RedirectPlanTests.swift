import Testing
import TestSupport

@testable import Inventory
@testable import Kernel
@testable import Model

extension BPFTests {
    /// Snapshot, cross-check and plan on a live node.
    @Suite(.requires(.bpffs)) struct Plans {
        private func filled() throws -> RedirectDeployment {
            let deployment = try RedirectDeployment()
            let index = deployment.topology.index
            try deployment.enter("10.9.0.5", ifindex: index["va"] ?? 0, mac: try deployment.mac("pa"))
            try deployment.enter("10.9.0.6", ifindex: index["vb"] ?? 0, mac: try deployment.mac("pb"))
            try deployment.topology.node.shell(
                "ip neigh replace 10.9.0.5 lladdr \(try deployment.mac("pa")) dev va nud reachable")
            return deployment
        }

        @Test func `entries get verdict and effect from the kernel's own answers`() throws {
            let deployment = try filled()
            let index = deployment.topology.index, pa = try deployment.mac("pa")
            try deployment.enter("10.60.0.1", ifindex: index["va"] ?? 0, mac: pa)
            try deployment.enter("10.9.0.66", ifindex: 999, mac: pa)
            try deployment.enter("10.9.0.7", ifindex: index["va"] ?? 0, mac: pa)
            try deployment.enter("10.30.0.1", ifindex: index["va"] ?? 0, mac: pa)
            try deployment.enter("192.168.7.1", ifindex: index["va"] ?? 0, mac: pa)
            let outcome = try deployment.plan()
            let lines = outcome.findings.map { "\($0.address) \($0.verdict.rawValue) \($0.effect.rawValue)" }
            #expect(
                lines == [
                    "10.9.0.5 match same", "10.9.0.6 unresolved-neighbor same",
                    "10.9.0.7 unsupported-device gone", "10.9.0.66 no-route gone", "10.30.0.1 unreachable gone",
                    "10.60.0.1 via-gateway broken", "192.168.7.1 local-address still-broken",
                ])
            #expect(outcome.document.blockers.map(\.code) == [Code.brokenEntries.text])
            #expect(
                outcome.document.membership.lost.map(\.address.description) == [
                    "10.9.0.7", "10.30.0.1", "10.60.0.1", "192.168.7.1",
                ])
        }

        @Test func `planning twice gives one id and leaves the node as it was`() throws {
            let deployment = try filled()
            let before = try deployment.state()
            let first = try deployment.plan().document, second = try deployment.plan().document
            #expect(first.planID == second.planID)
            #expect(try first.isIntact())
            #expect(try deployment.state() == before)
            #expect(first.blockers.isEmpty)
            // Other nodes of the machine have hooks of their own.
            #expect(first.hooks.filter { $0.netns == first.node.netns }.map(\.action) == [.replace])
            #expect(first.decision.hooks.first?.interface == "vin")
            #expect(first.unobserved.filter { $0.what.contains("program") }.isEmpty)
            #expect(first.decision.replacement.program == "fib_redirect_keys")
        }

        @Test func `on-link lists what would be widened, auto asks when nobody keeps the keys`() throws {
            let deployment = try filled()
            let document = try deployment.plan(.onLink).document
            let widened = document.membership.widened.map { "\($0.address) \($0.interface)" }
            // 10.9.0.2 is behind the hook itself; bridge, port, tunnel and loopback do not fit.
            #expect(widened.isEmpty, "\(widened)")
            try deployment.topology.node.shell("ip route add 10.9.0.77 dev vb")
            #expect(
                try deployment.plan(.onLink).document.membership.widened.map(\.address.description) == ["10.9.0.77"])
            #expect(try deployment.plan(nil).document.blockers.map(\.code) == [Code.membershipUndecided.text])
        }

        @Test func `forwarding off is one blocker of the hook`() throws {
            let deployment = try filled()
            try deployment.topology.node.shell("echo 0 > /proc/sys/net/ipv4/conf/vin/forwarding")
            let codes = try deployment.plan().document.blockers.map(\.code)
            #expect(codes.filter { $0 == Code.forwardingOff.text }.count == 1)
        }

        @Test func `rules as the AWS VPC CNI sets them make no entry depend on the packet`() throws {
            let deployment = try filled()
            try deployment.topology.node.shell(
                """
                set -e; for i in 5 6; do
                  ip rule add prio 512 to 10.9.0.$i lookup main; ip rule add prio 1536 from 10.9.0.$i lookup 2
                done
                ip rule add prio 1024 fwmark 0x80/0x80 lookup main
                """)
            let plan = try deployment.plan().document
            #expect(plan.verdicts["depends-on-packet"] == nil)
            #expect(plan.blockers.isEmpty)
            // Without its own rule the fwmark rule comes first.
            try deployment.topology.node.shell("ip rule del prio 512 to 10.9.0.6")
            #expect(try deployment.plan().document.blockers.map(\.code) == [Code.packetDependent.text])
        }
    }
}
