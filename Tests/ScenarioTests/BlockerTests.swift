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

        /// The sysctl is the machine's, so it stays as it is: a real survey with another limit.
        @Test func `the neighbor table would not hold them`() throws {
            try withNode { node in
                var survey = try node.lab.enter {
                    try SnapshotReader(
                        bpffs: try BPFFileSystem(path: TestNode.bpffs), profile: try TestNode.profile(), netnsPath: nil
                    ).read()
                }
                // Resolved by the lab when it was built; IPv4 only counts.
                #expect(survey.neighborUse.counted[.ipv4, default: 0] >= 4)
                survey.neighborUse.counted[.ipv4] = 10
                survey.neighborUse.limits[.ipv4] = 14
                #expect(NeighborTable.blocker(survey, pods: [.ipv4: 2]) == nil)
                survey.neighborUse.limits[.ipv4] = 13
                let blocker = try #require(NeighborTable.blocker(survey, pods: [.ipv4: 2]))
                #expect(blocker.code == Code.neighborTable.text)
                #expect(blocker.message == "2 × 2 pods + 10 neighbors in use = 14, but ipv4 gc_thresh3 is 13")
                #expect(blocker.remedy.contains("sysctl -w net.ipv4.neigh.default.gc_thresh3=28"))
                survey.neighborUse.limits[.ipv4] = nil
                #expect(NeighborTable.blocker(survey, pods: [.ipv4: 1_000_000]) == nil)
            }
        }
    }
}
