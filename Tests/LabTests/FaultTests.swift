import Testing

@testable import Lab

extension LabSuite {
    @Suite struct Faults {
        @Test func `every kind of fault is there and does what it says`() throws {
            let lab = try LabNode.forTest(pods: 1, faults: true)
            let held = try lab.entries()
            #expect(held.count == 6)
            #expect(Set(lab.state.entries.compactMap(\.fault)) == Set(LabFault.allCases))
            // The map holds what the lab says, but for the fault, which is not in the map.
            #expect(
                held.map { AmbientLayout().value($0) }
                    == lab.state.entries.sorted { $0.address < $1.address }.map { AmbientLayout().value($0) })
            let ledger = try lab.burst(["stale", "wrong-mac", "idle", "broken"])
            for flow in ledger.flows {
                let arrives = try lab.pod(flow.pod).isReachable
                #expect(flow.lost == (arrives ? 0 : flow.sent), "\(flow)")
            }
            try lab.down()
        }

        @Test func `the kernel knows what the map does not`() throws {
            let lab = try LabNode.forTest(pods: 1, faults: true)
            func route(_ address: String) throws -> String {
                try lab.run(["ip", "route", "get", address, "from", "10.9.0.2", "iif", "hz"]).mustSucceed().stdout
            }
            func entry(_ fault: LabFault) throws -> LabMapEntry {
                try #require(lab.state.entries.first { $0.fault == fault })
            }
            let stale = try lab.pod("stale")
            #expect(try entry(.stale).ifindex != stale.ifindex && entry(.stale).mac != stale.mac)
            #expect(try lab.run(["ip", "link", "show", "stale"]).stdout.hasPrefix("\(stale.ifindex):"))
            #expect(try route("\(stale.address)").contains("dev stale"))
            let wrong = try lab.pod("wrong-mac")
            #expect(try entry(.wrongMAC).ifindex == wrong.ifindex && entry(.wrongMAC).mac != wrong.mac)
            let neighbor = try lab.run(["ip", "neigh", "show", "\(wrong.address)"]).stdout
            #expect(neighbor.contains("\(wrong.mac)"))
            let idle = try lab.pod("idle")
            #expect(try lab.run(["ip", "neigh", "show", "\(idle.address)"]).stdout.isEmpty)
            #expect(try route("\(idle.address)").contains("dev idle"))
            #expect(try route("\(entry(.gone).address)").contains("via 192.0.2.1"))
            let broken = try lab.pod("broken")
            #expect(try route("\(broken.address)").contains("via 192.0.2.1"))
            try lab.mend()
            #expect(try route("\(broken.address)").contains("dev broken"))
            try lab.mend()
            try lab.down()
        }
    }
}
