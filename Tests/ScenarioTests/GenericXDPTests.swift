import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Generic XDP on a pod's interface: passed over for `bpf_redirect`, run for what the replacement sends by default.
    @Suite struct GenericXDPs {
        @Test(arguments: [Egress.neigh, .peer])
        func `a program that drops IPv4 is blocked: afterwards nothing would arrive`(_ egress: Egress) throws {
            try withNode { node in
                for pod in ["pod1", "pod2"] { try node.sh("tc filter del dev \(pod) egress") }
                let (id, pin) = try node.xdpProgram("xdp_guard", dropsIPv4: true)
                try node.sh("ip link set dev eth0 xdpgeneric pinned \(pin)", in: "pod1")
                #expect(try node.burst(["pod1"]).isClean, "the map's redirect is not seen")
                let plan = try node.plan(egress: egress)
                #expect(plan.blocked == [Code.genericXDP.text])
                #expect(
                    plan.blocker(.genericXDP)?.message
                        == "pod1: program \(id) (xdp_guard) at generic xdp of the other end would see packets that it does not see today"
                )
                #expect(plan.blocker(.genericXDP)?.remedy.hasSuffix("migrate plan --egress mac") == true)
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1"]).received == 0, "what the blocker is about")
                #expect(try node.burst(["pod2"]).isClean)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `under --egress mac it does not block, and everything arrives`() throws {
            try withNode { node in
                let (_, pin) = try node.xdpProgram("xdp_guard", dropsIPv4: true)
                try node.sh("ip link set dev eth0 xdpgeneric pinned \(pin)", in: "pod1")
                let plan = try node.plan(egress: .mac)
                #expect(plan.blocked == [])
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1", "pod2"]).isClean)
                #expect(try drift(node, plan, run.runID) == [])
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `on the host's side, and of a pod that nothing is redirected to, it is no reason`() throws {
            try withNode { node in
                let (_, pin) = try node.xdpProgram("xdp_guard")
                try node.sh("ip link set dev pod1 xdpgeneric pinned \(pin)")
                try node.sh("ip link set dev eth0 xdpgeneric pinned \(pin)", in: "plain")
                #expect(try node.plan(.enrolled).blocked == [] && node.plan(.legacyKeys).blocked == [])
                #expect(try node.plan(.onLink).blocker(.genericXDP)?.message.hasPrefix("plain: ") == true)
            }
        }

        @Test(arguments: Membership.allCases)
        func `what comes after the cut is drift, where something is redirected to`(_ membership: Membership) throws {
            try withNode { node in
                for pod in ["pod1", "pod2"] { try node.sh("tc filter del dev \(pod) egress") }
                for egress in [Egress.neigh, .peer] {
                    let plan = try node.plan(membership, egress: egress)
                    let run = try node.mustApply(plan)
                    #expect(try drift(node, plan, run.runID) == [])
                    let (id, pin) = try node.xdpProgram("guard_\(egress.rawValue)")
                    try node.sh("ip link set dev eth0 xdpgeneric pinned \(pin)", in: "plain")
                    try node.sh("tc qdisc add dev plain root tbf rate 1gbit burst 1mb latency 50ms")
                    let seen =
                        "program \(id) (guard_\(egress.rawValue)) at generic xdp of the other end sees packets that it did not see before"
                    let others = membership == .onLink ? ["plain: \(seen)"] : []
                    let skipped = membership == .onLink && egress == .peer ? ["plain: egress peer skips qdisc tbf"] : []
                    #expect(try drift(node, plan, run.runID) == others + skipped)
                    try node.sh("ip link set dev eth0 xdpgeneric off", in: "plain")
                    try node.sh("tc qdisc del dev plain root")
                    try node.sh("ip link set dev eth0 xdpgeneric pinned \(pin)", in: "pod1")
                    #expect(try drift(node, plan, run.runID) == ["pod1: \(seen)"])
                    try node.sh("ip link set dev eth0 xdpgeneric off", in: "pod1")
                    #expect(try node.rollback(run.runID).proof.identical)
                }
            }
        }

        private func drift(_ node: TestNode, _ plan: PlanOutcome, _ run: String) throws -> [String] {
            try node.lab.enter {
                try NetworkDrift.lines(
                    plan.document, pinDirectory: "\(TestNode.bpffs)/migrate/\(run)", netnsPath: nil)
            }
        }
    }
}
