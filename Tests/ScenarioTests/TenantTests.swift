import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Hooks in more than one network namespace whose programs read one map: an interface index means something in one of
    /// them only.
    @Suite struct Tenants {
        static let pod = "10.80.0.5"

        /// Beside the node a namespace of its own: a hook with the legacy program, a pod, and an entry for it. Its
        /// interfaces have the numbers of the node's, as happens when every namespace counts for itself.
        static func add(to node: TestNode) throws {
            let pin = try node.pinned("ztunnel_host_ingress")
            let pod1 = try node.entry(of: "pod1"), hook = try node.sh("cat /proc/sys/net/ipv4/conf/hz/forwarding")
            #expect(hook.hasPrefix("1"))
            try node.sh(
                """
                for name in tenant tproxy tpod; do ip netns add $name; ip -n $name link set lo up; done
                ip -n tenant link add hzt type veth peer name eth0 netns tproxy
                ip -n tenant link add podt index \(pod1.ifindex) type veth peer name eth0 netns tpod
                ip -n tenant link set hzt up; ip -n tproxy link set eth0 up
                ip -n tenant link set podt up; ip -n tpod link set eth0 up
                ip -n tproxy addr add 10.80.0.2/32 dev eth0; ip -n tpod addr add \(Self.pod)/32 dev eth0
                ip -n tenant route add 10.80.0.2 dev hzt scope link
                ip -n tenant route add \(Self.pod) dev podt scope link
                ip netns exec tenant sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
                nsenter --net=/run/netns/tenant tc qdisc add dev hzt clsact
                nsenter --net=/run/netns/tenant tc filter add dev hzt ingress prio 1 handle 1 \
                    bpf direct-action object-pinned \(pin)
                """)
            let mac = try node.sh("ip -n tpod -br link show eth0").split(separator: " ")[2]
            try node.lab.setEntry(
                LabMapEntry(
                    address: try #require(IPAddress(Self.pod)), ifindex: pod1.ifindex,
                    mac: try #require(MACAddress(String(mac)))))
        }

        static func remove(from node: TestNode) throws {
            try node.sh("for name in tenant tproxy tpod; do ip netns del $name; done; rm -f /sys/fs/bpf/test_*")
        }

        private var address: IPAddress { get throws { try #require(IPAddress(Self.pod)) } }

        @Test func `each entry is judged where its interface index means something`() throws {
            try withNode { node in
                try Self.add(to: node)
                let plan = try node.plan(.onLink)
                #expect(plan.blocked == [])
                #expect(plan.hooks.map(\.interface).sorted() == ["hz", "hzt"])
                #expect(try plan.judged(node.pod1.address) == "match/same")
                #expect(try plan.judged(node.pod2.address) == "match/same")
                let finding = try plan.finding(address)
                #expect(finding.effect == .same && finding.kernel.interface == "podt", "\(finding)")
                #expect(finding.legacy.interface == "podt")
                #expect(Set(plan.delivered.map(\.netns)).count == 2)
                #expect(plan.document.entriesTotal == 3)
                // Neither namespace's own destinations are widened because the other's hook does not know them.
                #expect(!plan.document.membership.widened.map(\.address).contains(try address))
                try Self.remove(from: node)
            }
        }

        @Test func `a route that is missing there breaks that entry alone`() throws {
            try withNode { node in
                try Self.add(to: node)
                try node.sh("ip -n tenant route del \(Self.pod)")
                let plan = try node.plan(.onLink)
                #expect(plan.blocked == [Code.brokenEntries.text])
                #expect(try plan.judged(address) == "no-route/broken")
                #expect(try plan.judged(node.pod1.address) == "match/same")
                try Self.remove(from: node)
            }
        }

        @Test func `forwarding, deny list and neighbors are that namespace's`() throws {
            try withNode { node in
                try Self.add(to: node)
                try node.sh(
                    """
                    ip netns exec tenant sysctl -qw net.ipv4.conf.hzt.forwarding=0
                    ip -n tenant link add upt type veth peer name eth1 netns tproxy
                    ip -n tenant link set upt up; ip -n tproxy link set eth1 up
                    ip -n tenant addr add 10.81.0.1/24 dev upt; ip -n tenant route add default via 10.81.0.2
                    """)
                let plan = try node.plan(.onLink)
                let blocker = try #require(plan.blocker(.forwardingOff))
                #expect(blocker.message.hasPrefix("hzt:"))
                #expect(blocker.remedy.contains("nsenter"))
                let denied = plan.document.decision.replacement.denied
                let tenant = try #require(plan.hooks.first { $0.interface == "hzt" }).netns.cookie
                #expect(denied.filter { $0.netns == tenant }.map(\.interface) == ["upt"])
                #expect(denied.contains { $0.netns == plan.node.identity.cookie } || denied.count == 1)
                try node.sh("ip netns exec tenant sysctl -qw net.ipv4.conf.hzt.forwarding=1")
                try node.sh("ip -n tenant neigh replace \(Self.pod) lladdr 02:00:00:00:be:ef dev podt nud permanent")
                #expect(try node.plan(.onLink).judged(address) == "neighbor-differs/broken")
                try Self.remove(from: node)
            }
        }

        /// An entry that belongs nowhere fares as it fares worst, and a pod that went is not worse for that.
        @Test func `an entry whose pod went is gone everywhere`() throws {
            try withNode { node in
                try Self.add(to: node)
                // The kernel takes a namespace down in its own time; half-way its pod's side cannot be read.
                try node.sh("ip netns del tpod; while ip -n tenant link show podt >/dev/null 2>&1; do sleep 0.05; done")
                let plan = try node.plan(.onLink)
                let finding = try plan.finding(address)
                #expect(finding.effect == .gone, "\(finding)")
                #expect(plan.blocked == [])
                try node.sh("ip netns add tpod")
                try Self.remove(from: node)
            }
        }
    }
}
