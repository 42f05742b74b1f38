import Glibc
import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Egress `peer`: only when asked for, and only where nothing on the way through the veth would be skipped.
    @Suite struct PeerEgress {
        @Test func `ambient's own program at the pods' egress would be skipped: blocked, with its name`() throws {
            try withNode { node in
                let plan = try node.plan(egress: .peer)
                #expect(plan.blocked == [Code.peerSkips.text])
                let message = try #require(plan.blocker(.peerSkips)?.message)
                #expect(
                    message.hasPrefix("pod1, pod2: would skip program ")
                        && message.contains("(app_inbound) at clsact/egress"))
                let section = try #require(plan.document.egress)
                #expect(section.chosen == .peer)
                #expect(section.why == "asked for with --egress peer, and blocked: \(message)")
                let neigh = try node.plan().document.egress
                #expect(neigh?.chosen == .neigh && neigh?.why.hasPrefix("the default: ") == true)
            }
        }

        /// Without that program on the pods' side nothing is skipped; then packets go straight in.
        @Test(arguments: Membership.allCases)
        func `packets arrive as they came: TTL, MACs and all`(_ membership: Membership) throws {
            try withNode { node in
                for pod in ["pod1", "pod2"] { try node.sh("tc filter del dev \(pod) egress") }
                let legacy = try frames(node)
                let plan = try node.plan(membership, egress: .peer)
                #expect(plan.blocked == [] && plan.warning(.peerUnwatched) != nil)
                #expect(plan.document.egress?.why.contains("nothing would be skipped on the host side of") == true)
                #expect(plan.document.decision.egress == .peer && plan.document.decision.replacement.fibFlags == 4)
                let transmitted = try node.transmitted("pod1")
                let run = try node.mustApply(plan)
                let here = try frames(node)
                #expect(try node.burst(["pod1", "pod2"]).isClean)
                let counters = try node.counters(run.replacement)
                #expect(counters["redirected", default: 0] > 0 && counters["error"] == 0)
                // The host side sent nothing of it: warming and its like at most.
                #expect(try node.transmitted("pod1") - transmitted < 20)
                #expect(Set(legacy.map(\.hopLimit)) == [64] && Set(here.map(\.hopLimit)) == [64])
                // The map's program wrote the pod's MAC; now the frame is the proxy's own.
                #expect(try Set(legacy.map(\.destination)) == [node.pod1.mac])
                #expect(Set(here.map(\.destination)) == [MACAddress(value: 0xeeee_eeee_eeee)])
                #expect(Set(here.map(\.source)) == Set(legacy.map(\.source)))
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try Set(frames(node)) == Set(legacy))
            }
        }

        @Test func `the second deployment: its policy blocks, and without it both families arrive`() throws {
            try withNode(.fabric, ipv6: true) { node in
                let plan = try node.plan(egress: .peer)
                #expect(plan.blocked == [Code.peerSkips.text])
                #expect(plan.blocker(.peerSkips)?.message.contains("(fabric_policy) at clsact/egress") == true)
                for pod in ["pod1", "pod2"] { try node.sh("tc filter del dev \(pod) egress") }
                let run = try node.mustApply(try node.plan(egress: .peer))
                #expect(try node.burst(["pod1", "pod2"], ipv6: true).isClean)
                let frames = try frames(node, ipv6: true)
                #expect(Set(frames.map(\.etherType)) == [0x0800, 0x86dd] && Set(frames.map(\.hopLimit)) == [64])
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test(arguments: ["tbf rate 1gbit burst 1mb latency 50ms", "htb"])
        func `a queue on the host side`(_ qdisc: String) throws {
            try refused("tc qdisc add dev pod1 root \(qdisc)", "qdisc \(qdisc.prefix { $0 != " " })") { node in
                try node.sh("tc qdisc del dev pod1 root")
            }
        }

        @Test func `a filter at egress that is no BPF program`() throws {
            try refused(
                "tc filter add dev pod1 egress prio 9 protocol ip u32 match u32 0 0 classid 1:1",
                "a filter of kind u32 at clsact/egress"
            ) { node in try node.sh("tc filter del dev pod1 egress") }
        }

        @Test func `nftables at the veth's egress`() throws {
            try refused(
                "nft 'add table netdev shaping; add chain netdev shaping out { type filter hook egress device pod1 priority 0; }'",
                "nftables netdev shaping/out (egress)"
            ) { node in try node.sh("nft delete table netdev shaping") }
        }

        @Test func `a program at tcx's egress`() throws {
            try refused("", "program") { node in
                let (id, pin) = try node.foreignProgram("watcher")
                try node.attach(pin, to: "pod1", egress: true)
                let plan = try node.plan(egress: .peer)
                #expect(plan.blocked == [Code.peerSkips.text])
                #expect(plan.blocker(.peerSkips)?.message == "pod1: would skip program \(id) (watcher) at tcx/egress")
                try node.detach(program: id, from: "pod1", egress: true)
            }
        }

        @Test func `xdp in the driver of the pod's end; a generic one still runs, which is another matter`() throws {
            try withNode { node in
                for pod in ["pod1", "pod2"] { try node.sh("tc filter del dev \(pod) egress") }
                let (id, pin) = try node.xdpProgram("xdp_guard")
                try node.sh("ip link set dev eth0 xdpdrv pinned \(pin)", in: "pod1")
                let plan = try node.plan(egress: .peer)
                #expect(plan.blocked == [Code.peerSkips.text])
                #expect(
                    plan.blocker(.peerSkips)?.message
                        == "pod1: would skip program \(id) (xdp_guard) at xdp in the driver of the other end")
                try node.sh(
                    "ip link set dev eth0 xdpdrv off; ip link set dev eth0 xdpgeneric pinned \(pin)", in: "pod1")
                try node.sh("ip link set dev pod1 xdpgeneric pinned \(pin)")
                #expect(try node.plan(egress: .peer).blocked == [Code.genericXDP.text])
            }
        }

        /// Blocked by what `command` puts there, and by nothing once `undo` has taken it away.
        private func refused(_ command: String, _ reason: String, undo: (TestNode) throws -> Void) throws {
            try withNode { node in
                for pod in ["pod1", "pod2"] { try node.sh("tc filter del dev \(pod) egress") }
                #expect(try node.plan(egress: .peer).blocked == [])
                if !command.isEmpty {
                    try node.sh(command)
                    let plan = try node.plan(egress: .peer)
                    #expect(plan.blocked == [Code.peerSkips.text])
                    #expect(plan.blocker(.peerSkips)?.message == "pod1: would skip \(reason)")
                    #expect(try node.plan().blocked == [], "only peer is concerned")
                }
                try undo(node)
                #expect(try node.plan(egress: .peer).blocked == [])
            }
        }

        private func frames(_ node: TestNode, ipv6: Bool = false) throws -> [LabFrame] {
            let traffic = try Traffic.start(
                in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 10, ipv6: ipv6))
            let frames = try node.lab.frames(in: "pod1", count: 40)
            #expect(traffic.stop().isClean && frames.count == 40)
            return frames
        }
    }
}

extension TestNode {
    /// Packets that an interface of the node sent.
    fileprivate func transmitted(_ device: String) throws -> Int {
        let line = try sh("cat /proc/net/dev").split(separator: "\n").first {
            $0.contains(" \(device):") || $0.hasPrefix("\(device):")
        }
        let words = try #require(line).split(whereSeparator: { $0 == " " || $0 == ":" })
        return try #require(Int(words[10]))
    }
}
