import Glibc
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Effects: delivered today, delivered afterwards. `same`, `healed` and `broken` also stand with the verdicts.
    @Suite struct Effects {
        @Test func `one of each, by the lab's own faults`() throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan()
                func judged(_ fault: LabFault) throws -> String {
                    try plan.judged(try #require(node.lab.state.entries.first { $0.fault == fault }).address)
                }
                #expect(try judged(.stale) == "stale-interface/healed")
                #expect(try judged(.wrongMAC) == "mac-mismatch/healed")
                #expect(try judged(.unresolved) == "unresolved-neighbor/same")
                #expect(try judged(.gone).hasPrefix("via-gateway/"))
                #expect(try judged(.broken) == "via-gateway/broken")
                // `gone` has a test of its own: here another lab's pod may have that address.
                #expect(
                    plan.document.effects["broken"] == 1 && plan.document.effects["healed"] == 2
                        && plan.document.effects["same"] == 2)
                #expect(plan.blocked == [Code.brokenEntries.text])
                try node.lab.mend()
                let mended = try node.plan()
                #expect(mended.blocked == [])
                #expect(mended.document.planID == plan.document.planID)
            }
        }

        @Test func `delivered neither today nor afterwards, and somebody has it: still-broken`() throws {
            try withNode { node in
                try node.changeEntry(of: "pod1") { $0.ifindex = 9999 }
                try node.sh("ip route del \(node.pod1.address)")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "via-gateway/still-broken")
                #expect(try plan.finding(node.pod1.address).note.contains("9999 is gone"))
                let warning = plan.document.warnings.first { $0.code == Code.podNotReached.text }
                #expect(try #require(warning).message.contains("\(node.pod1.address) (via-gateway)"))
                #expect(plan.blocked == [])
            }
        }

        /// With an address that no other lab on this machine can have: any namespace counts.
        @Test func `nobody has the address any more: gone`() throws {
            try withNode { node in
                let address = try #require(IPAddress("10.77.0.1"))
                let pod = try node.pod1
                try node.sh("ip addr add \(address)/32 dev eth0", in: "pod1")
                try node.sh("ip route add \(address) dev pod1 scope link")
                try node.lab.setEntry(LabMapEntry(address: address, ifindex: pod.ifindex, mac: pod.mac))
                #expect(try node.plan().judged(address) == "unresolved-neighbor/same")
                try node.sh("ip addr del \(address)/32 dev eth0", in: "pod1")
                let plan = try node.plan()
                #expect(try plan.finding(address).effect == .gone)
                #expect(plan.blocked == [])
            }
        }

        /// A namespace that only a descriptor holds: no path and no process leads to it.
        @Test func `a pod whose namespace nobody names: unknown, until it is accepted`() throws {
            try withNode { node in
                let hidden = try node.lab.enter { try NetworkNamespace.makeEmpty() }
                let path = "/proc/\(getpid())/fd/\(hidden.descriptor)"
                try node.sh(
                    """
                    ip link add v0 type veth peer name eth0 address 0a:58:0a:09:00:32 netns \(path)
                    ip link set v0 up; ip route add 10.9.0.50 dev v0 scope link
                    nsenter --net=\(path) sh -ec 'ip link set eth0 up; ip addr add 10.9.0.50/32 dev eth0'
                    """)
                let address = try #require(IPAddress("10.9.0.50"))
                let index = try node.ifindex("v0")
                try node.lab.setEntry(
                    LabMapEntry(address: address, ifindex: index, mac: try #require(MACAddress("0a:58:0a:09:00:32"))))
                let plan = try node.plan()
                #expect(try plan.judged(address) == "unsupported-device/unknown")
                #expect(
                    plan.document.decision.replacement.denied.contains {
                        $0.interface == "v0" && $0.why.contains("other end")
                    })
                #expect(plan.blocker(.unknownEntries)?.remedy.contains("--accept-unknown") == true)
                let accepted = try node.plan(acceptUnknown: true)
                #expect(accepted.blocked == [] && accepted.document.effects["unknown"] == 1)
                _ = try withExtendedLifetime(hidden) { try node.sh("ip link del v0") }
            }
        }
    }
}

extension TestNode {
    /// From netlink: what /sys shows is of the namespace that mounted it.
    func ifindex(_ name: String, in pod: String? = nil) throws -> UInt32 {
        let text = try sh("ip -o link show dev \(name)", in: pod)
        return try #require(UInt32(text.prefix { $0 != ":" }), "no index in \(text)")
    }
}
