import Glibc
import Testing

@testable import Lab

extension LabSuite {
    @Suite struct Deployment {
        @Test func `every packet arrives through the map`() throws {
            let lab = try LabNode.forTest(pods: 4)
            let before = try lab.forwarded()
            let ledger = try lab.burst(["pod1", "pod2", "pod3", "pod4"])
            #expect(ledger.isClean && ledger.sent > 1000, "\(ledger)")
            #expect(try lab.forwarded() == before, "the stack forwarded what the map should have")
            try lab.down()
        }

        @Test func `what is not in the map goes through the stack`() throws {
            let lab = try LabNode.forTest()
            let before = try lab.forwarded()
            let ledger = try lab.burst(["plain"])
            #expect(ledger.isClean)
            #expect(try lab.forwarded() - before >= ledger.sent)
            #expect(try lab.burst(["pod1"], ipv6: true).isClean)
            try lab.down()
        }

        @Test func `a deleted entry sends packets back to the proxy`() throws {
            let lab = try LabNode.forTest()
            let entry = try lab.entry(of: "pod1")
            try lab.removeEntry(entry)
            let before = try lab.forwarded()
            let ledger = try lab.burst(["pod1"])
            // The stack routes it to the pod, whose egress program returns it to the proxy.
            #expect(ledger.received == 0 && ledger.lost == ledger.sent)
            #expect(try lab.forwarded() - before >= ledger.sent)
            try lab.setEntry(entry)
            #expect(try lab.burst(["pod1"]).isClean)
            try lab.down()
        }

        @Test func `an entry with a gone interface black-holes`() throws {
            let lab = try LabNode.forTest()
            var entry = try lab.entry(of: "pod1")
            entry.ifindex = 9999
            try lab.setEntry(entry)
            let before = try lab.forwarded()
            #expect(try lab.burst(["pod1"]).received == 0)
            #expect(try lab.forwarded() == before)
            try lab.down()
        }

        @Test func `an entry that changes under traffic is seen in the ledger`() throws {
            let lab = try LabNode.forTest()
            let entry = try lab.entry(of: "pod1")
            let traffic = try Traffic.start(in: lab, TrafficOptions(pods: ["pod1", "pod2"], rate: 500, seconds: 30))
            while traffic.receivedSoFar < 100 { usleep(10_000) }
            try lab.removeEntry(entry)
            usleep(200_000)
            try lab.setEntry(entry)
            usleep(200_000)
            let ledger = traffic.stop()
            #expect(ledger == traffic.stop())
            #expect(ledger.flows(of: "pod2").allSatisfy { $0.lost == 0 })
            #expect(ledger.flows(of: "pod1").allSatisfy { $0.lost > 20 && $0.longestSilenceMicroseconds > 150_000 })
            try lab.down()
        }

        @Test func `an agent is alive and can write the maps`() throws {
            let lab = try LabNode.forTest()
            let keeper = "/proc/\(lab.state.keeper.pid)"
            #expect(try TextFile.read("\(keeper)/comm") == "install-cni\n")
            let held = try FileList.names(in: "\(keeper)/fdinfo").compactMap { name -> UInt32? in
                let lines = (try? TextFile.read("\(keeper)/fdinfo/\(name)"))?.split(separator: "\n") ?? []
                return lines.first { $0.hasPrefix("map_id:") }.flatMap { UInt32($0.split(separator: "\t")[1]) }
            }
            #expect(Set(held) == Set(lab.state.maps.map(\.id)))
            try lab.down()
        }

        @Test func `filters are where the deployment has them`() throws {
            let lab = try LabNode.forTest()
            func filters(_ device: String, _ direction: String, in pod: String? = nil) throws -> String {
                try lab.run(["tc", "filter", "show", "dev", device, direction], in: pod).mustSucceed().stdout
            }
            let proxy = try filters("hz", "ingress")
            #expect(proxy.contains("protocol all pref 1 bpf chain 0 handle 0x1 ztunnel_host_in"))
            #expect(proxy.contains("direct-action"))
            #expect(try filters("pod1", "ingress").contains("app_outbound"))
            #expect(try filters("pod1", "egress").contains("app_inbound"))
            #expect(try filters("eth0", "ingress", in: "ztunnel").contains("ztunnel_tproxy"))
            #expect(try filters("plain", "ingress").isEmpty)
            let pins = try lab.run(["ls", "/sys/fs/bpf/ambient"]).mustSucceed().stdout
            #expect(pins == "app_info\nhost_ip_info\nlog_level\nztunnel_info\n")
            try lab.down()
        }
    }
}
