import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Verdicts that follow from what the FIB's device is. (A VRF slave and an OVS port cannot be had here.)
    @Suite struct DeviceVerdicts {
        @Test func `behind a bridge: unsupported-device`() throws {
            try withNode { node in
                try node.sh(
                    "ip link add br0 type bridge; ip link set br0 up; ip route replace \(node.pod1.address) dev br0")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "unsupported-device/broken")
                #expect(try plan.finding(node.pod1.address).note.contains("br0 is a bridge"))
                #expect(plan.blocked == [Code.brokenEntries.text])
            }
        }

        @Test func `a port of a bridge: unsupported-device`() throws {
            try withNode { node in
                try node.sh("ip link add br0 type bridge; ip link set br0 up; ip link set pod1 master br0")
                let plan = try node.plan()
                #expect(try plan.finding(node.pod1.address).verdict == .unsupportedDevice)
                #expect(try plan.finding(node.pod1.address).note.contains("pod1 is enslaved"))
                #expect(try plan.judged(node.pod2.address) == "match/same")
            }
        }

        @Test func `a layer 3 device: unsupported-device`() throws {
            try withNode { node in
                try node.sh(
                    "ip tuntap add tun0 mode tun; ip link set tun0 up; ip route replace \(node.pod1.address) dev tun0")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "unsupported-device/broken")
                #expect(try plan.finding(node.pod1.address).note.contains("layer 3"))
            }
        }

        @Test func `another Ethernet device of another kind: unsupported-device`() throws {
            try withNode { node in
                try node.sh(
                    "ip tuntap add tap0 mode tap; ip link set tap0 up; ip route replace \(node.pod1.address) dev tap0")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "unsupported-device/broken")
                // Where the kernel cannot compare link types, such a device is denied by name.
                let note = KernelTraits.comparesLinkTypes ? "another link type" : "on the deny list"
                #expect(try plan.finding(node.pod1.address).note.contains(note))
            }
        }

        @Test func `a neighbor on an uplink that is a veth: on the deny list`() throws {
            try withNode { node in
                let gateway = try node.lab.pod("gateway")
                try node.lab.setEntry(LabMapEntry(address: gateway.address, ifindex: gateway.ifindex, mac: gateway.mac))
                let plan = try node.plan()
                #expect(try plan.judged(gateway.address) == "unsupported-device/broken")
                #expect(try plan.finding(gateway.address).note.contains("gw0 is on the deny list"))
                let denied = plan.document.decision.replacement.denied
                #expect(denied.map(\.interface) == (KernelTraits.comparesLinkTypes ? ["gw0"] : ["lo", "gw0"]))
            }
        }

        @Test func `back out where it came in: unsupported-device`() throws {
            try withNode { node in
                let proxy = try node.lab.pod("ztunnel")
                try node.lab.setEntry(LabMapEntry(address: proxy.address, ifindex: proxy.ifindex, mac: proxy.mac))
                let plan = try node.plan()
                // It is behind the only hook, so that no packet comes that could break.
                #expect(try plan.judged(proxy.address) == "unsupported-device/same")
                #expect(try plan.finding(proxy.address).note.contains("leave where it came in"))
                #expect(plan.blocked == [])
            }
        }

        @Test func `the map's interface is gone: stale-interface, healed`() throws {
            try withNode { node in
                try node.changeEntry(of: "pod1") { $0.ifindex = 9999 }
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "stale-interface/healed")
                #expect(try plan.finding(node.pod1.address).legacy.interface == nil)
                #expect(plan.blocked == [])
            }
        }

        @Test func `the FIB names another one: interface-mismatch, healed`() throws {
            try withNode { node in
                let other = try node.pod2
                try node.changeEntry(of: "pod1") { $0.ifindex = other.ifindex }
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "interface-mismatch/healed")
                #expect(plan.blocked == [])
            }
        }

        @Test func `a down pod interface has lost its route`() throws {
            try withNode { node in
                try node.sh("ip link set pod1 down")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "via-gateway/still-broken")
            }
        }
    }
}
