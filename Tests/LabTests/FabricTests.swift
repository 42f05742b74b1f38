import Glibc
import Model
import Testing

@testable import Lab

extension LabSuite {
    @Suite struct Fabric {
        @Test func `packets of both families go by the maps, and the rest through the stack`() throws {
            let lab = try LabNode.forTest(.fabric, pods: 3)
            let before = try lab.forwarded()
            let ledger = try lab.burst(["pod1", "pod2", "pod3"], ipv6: true)
            #expect(ledger.isClean && ledger.flows.count == 6 && ledger.sent > 1000, "\(ledger)")
            #expect(try lab.forwarded() == before, "the stack forwarded what the map should have")
            let plain = try lab.burst(["plain"], ipv6: true)
            #expect(plain.isClean)
            #expect(try lab.forwarded() - before >= plain.sent / 2)
            try lab.down()
            #expect(lab.leftovers.isEmpty)
        }

        /// The mark is what a pod's policy asks for: what comes through the stack has none.
        @Test(arguments: ["10.9.0.11", "fd00:9::b"])
        func `a deleted entry: the policy refuses what the fabric did not deliver`(address: String) throws {
            let lab = try LabNode.forTest(.fabric)
            let entry = try #require(try lab.entries().first { $0.address.description == address })
            try lab.removeEntry(entry)
            let ledger = try lab.burst(["pod1"], ipv6: true)
            for flow in ledger.flows {
                #expect(flow.lost == (flow.address == entry.address ? flow.sent : 0), "\(flow)")
            }
            try lab.setEntry(entry)
            #expect(try lab.burst(["pod1"], ipv6: true).isClean)
            try lab.down()
        }

        @Test func `both MACs are those of the map`() throws {
            let lab = try LabNode.forTest(.fabric)
            var entry = try lab.entry(of: "pod1")
            entry.sourceMAC = MACAddress(value: 0x0200_0000_0077)
            try lab.setEntry(entry)
            let traffic = try Traffic.start(in: lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 10, ipv6: true))
            let frames = try Set(lab.frames(in: "pod1", count: 40))
            #expect(traffic.stop().isClean)
            #expect(
                frames == [
                    LabFrame(
                        destination: entry.mac, source: MACAddress(value: 0x0200_0000_0077), etherType: 0x0800, hops: 64
                    ),
                    LabFrame(destination: entry.mac, source: LabAddresses.hostMAC, etherType: 0x86dd, hops: 64),
                ])
            try lab.down()
        }

        @Test func `every kind of fault is in both maps and does what it says`() throws {
            let lab = try LabNode.forTest(.fabric, pods: 2, faults: true)
            #expect(try lab.entries().count == 14)
            #expect(Set(lab.state.entries.compactMap(\.fault)) == Set(LabFault.allCases))
            let ledger = try lab.burst(["stale", "wrong-mac", "idle", "broken"], ipv6: true)
            #expect(ledger.flows.count == 8)
            for flow in ledger.flows {
                let arrives = try lab.pod(flow.pod).isReachable
                #expect(flow.lost == (arrives ? 0 : flow.sent), "\(flow)")
            }
            func route(_ address: String) throws -> String {
                try lab.run(["ip", "route", "get", address, "iif", "pod1"]).mustSucceed().stdout
            }
            let address = try #require(try lab.pod("broken").ipv6).description
            #expect(try route(address).contains("dev gw0"))
            try lab.mend()
            #expect(try route(address).contains("dev broken"))
            try lab.down()
        }

        @Test func `filters and pins are where the deployment has them`() throws {
            let lab = try LabNode.forTest(.fabric)
            func filters(_ device: String, _ direction: String) throws -> String {
                try lab.run(["tc", "filter", "show", "dev", device, direction]).mustSucceed().stdout
            }
            for pod in ["pod1", "pod2"] {
                #expect(
                    try filters(pod, "ingress").contains("protocol all pref 10 bpf chain 0 handle 0x2a fabric_forward"))
                #expect(try filters(pod, "egress").contains("fabric_policy"))
            }
            #expect(try filters("plain", "ingress").isEmpty)
            #expect(
                try lab.run(["ls", "/sys/fs/bpf/fabric"]).mustSucceed().stdout == "endpoints4\nendpoints6\npolicy\n")
            #expect(try TextFile.read("/proc/\(lab.state.keeper.pid)/comm") == "fabric-agent\n")
            try lab.down()
        }

        @Test func `each tenant is a node with maps of its own`() throws {
            let lab = try LabNode.forTest(.fabric, pods: 2, tenants: 2)
            #expect(lab.state.tenants == ["t1", "t2"] && lab.state.programs.count == 4 && lab.state.maps.count == 6)
            let ledger = try lab.burst([], ipv6: true)
            #expect(ledger.isClean && ledger.flows.count == 12, "\(ledger)")
            let pins = try lab.run(["ls", "/sys/fs/bpf/fabric", "/sys/fs/bpf/fabric/t2"]).mustSucceed().stdout
            #expect(pins.contains("t1\nt2\n") && pins.hasSuffix("endpoints4\nendpoints6\npolicy\n"))
            // The same numbers on both sides: an interface index means nothing without its namespace.
            #expect(try lab.pod("t1-pod1").ifindex == lab.pod("t2-pod1").ifindex)
            let entry = try #require(try lab.entries().first { $0.tenant == "t2" })
            try lab.removeEntry(entry)
            #expect(try lab.entries().count == 7)
            #expect(try lab.run(["ip", "-br", "link", "show", "pod1"], in: "t2").status == 0)
            #expect(try lab.run(["ip", "link", "show", "pod1"]).status != 0)
            try lab.down()
            #expect(lab.leftovers.isEmpty)
        }
    }
}

@Suite struct FabricOptions {
    @Test func `what cannot be had is refused`() {
        for options in [
            LabOptions(family: .fabric, pods: 1), LabOptions(family: .ambient, tenants: 2),
            LabOptions(family: .fabric, pods: 100, tenants: 5), LabOptions(family: .fabric, tenants: 0),
            LabOptions(family: .fabric, pods: 2, tenants: 17),
        ] { #expect(throws: LabError.self, "\(options)") { try options.validate() } }
        #expect(throws: Never.self) { try LabOptions(family: .fabric, pods: 25, tenants: 16).validate() }
    }
}
