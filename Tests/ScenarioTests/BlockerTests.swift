import Kernel
import Lab
import Model
import TestSupport
import Testing

@testable import Inventory

extension ScenarioSuite {
    /// What keeps a plan from being applied, beside its entries.
    @Suite struct Blockers {
        @Test func `forwarding is off on the hook's interface`() throws {
            try withNode { node in
                try node.sh("sysctl -qw net.ipv4.conf.hz.forwarding=0")
                let plan = try node.plan()
                #expect(plan.blocked.filter { $0 == Code.forwardingOff.text }.count == 1)
                let blocker = try #require(plan.blocker(.forwardingOff))
                #expect(blocker.remedy.contains("sysctl -w net/ipv4/conf/hz/forwarding=1"))
                #expect(try plan.finding(node.pod1.address).kernel.lookup == "forwarding-disabled")
            }
        }

        @Test func `a legacy program on egress`() throws {
            try withNode { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh("tc filter add dev hz egress prio 7 bpf direct-action object-pinned \(pin)")
                let plan = try node.plan()
                #expect(plan.blocked == [Code.egressHook.text])
                #expect(plan.blocker(.egressHook)?.message.contains("hz clsact/egress") == true)
            }
        }

        /// Deny list, forwarding and FIB are those of that namespace; more of it in TenantTests.
        @Test func `a legacy program in another namespace`() throws {
            try withNode { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh(
                    "nsenter --net=/run/netns/ztunnel tc filter add dev eth0 ingress prio 7 bpf direct-action object-pinned \(pin)"
                )
                let plan = try node.plan()
                #expect(plan.blocked == [Code.forwardingOff.text])
                let blocker = try #require(plan.blocker(.forwardingOff))
                #expect(blocker.message == "eth0: ipv4 forwarding is off")
                #expect(blocker.remedy.contains("nsenter --net=/run/netns/ztunnel sysctl -w"))
                #expect(plan.hooks.count == 2 && Set(plan.hooks.map(\.netns.cookie)).count == 2)
                // The entries are the node's, and are judged there.
                #expect(try plan.judged(node.pod1.address) == "match/same")
            }
        }

        @Test func `a filter that is not direct-action`() throws {
            try withNode { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh("tc filter add dev hz ingress prio 7 bpf object-pinned \(pin)")
                let plan = try node.plan()
                #expect(plan.blocked == [Code.unfitFilter.text])
                #expect(plan.blocker(.unfitFilter)?.message == "hz clsact/ingress: the filter is not direct-action")
            }
        }

        @Test func `a classic filter reads nothing: foreign, and stays`() throws {
            try withNode { node in
                try node.sh("tc filter add dev hz ingress prio 7 protocol ip bpf bytecode '1,6 0 0 0,'")
                let before = try node.filters("hz")
                let plan = try node.plan()
                #expect(plan.blocked == [])
                let line = try #require(
                    plan.document.hooks.first {
                        $0.interface == "hz" && $0.priority == 7 && $0.netns == plan.node.identity
                    })
                #expect(line.action == .foreign && line.program == nil)
                let run = try node.mustApply(plan)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try node.filters("hz") == before)
            }
        }

        @Test func `a filter on a block that interfaces share`() throws {
            try withNode { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh(
                    """
                    ip link add va type veth peer name vb; ip link set va up; ip link set vb up
                    tc qdisc add dev va ingress_block 22 clsact; tc qdisc add dev vb ingress_block 22 clsact
                    tc filter add block 22 prio 7 bpf direct-action object-pinned \(pin)
                    """)
                let plan = try node.plan()
                #expect(plan.blocker(.unfitFilter)?.message.contains("sits on a shared block") == true)
                #expect(Set(plan.blocked) == [Code.unfitFilter.text])
            }
        }

        @Test func `no program reads the map`() throws {
            try withNode { node in
                try node.sh("tc filter del dev hz ingress")
                let plan = try node.plan()
                #expect(plan.blocked == [Code.noHooks.text])
                #expect(plan.document.decision.hooks.isEmpty && plan.document.steps.isEmpty)
            }
        }

        @Test func `the replacement of an earlier run is attached`() throws {
            try withNode { node in
                let run = try node.mustApply(try node.plan())
                let plan = try node.plan()
                #expect(plan.blocked == [Code.alreadyOurs.text])
                #expect(
                    plan.document.hooks.contains {
                        $0.interface == "hz" && $0.action == .ours && $0.netns == plan.node.identity
                    })
                try node.rollback(run.runID)
                #expect(try node.plan().blocked == [])
            }
        }
    }
}
