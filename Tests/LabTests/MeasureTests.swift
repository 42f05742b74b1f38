import Model
import Testing

@testable import Lab

/// That measuring works and what it says has the right shape; how long anything took is no test's business.
extension LabSuite {
    @Suite struct Measure {
        private func names(_ table: Measurement.Table) -> [String] { table.series.map(\.name) }

        private func expectFilled(_ measurement: Measurement, rounds: Int) {
            for table in measurement.tables {
                for series in table.series {
                    #expect(series.samples.count == rounds && series.samples.allSatisfy { $0 > 0 }, "\(table)")
                }
            }
        }

        @Test func `cost: every egress with every membership, beside the legacy program and the usual pattern`() throws
        {
            let lab = try LabNode.forTest(.fabric)
            let measured = try Cost.measure(in: lab, .init(rounds: 2, repeats: 500))
            #expect(measured.tables.map(\.addresses) == [.ipv4, .ipv6])
            expectFilled(measured, rounds: 2)
            for table in measured.tables {
                #expect(names(table).prefix(3) == ["empty", "legacy", "usual"] && table.metric == .cost)
                for egress in Egress.allCases {
                    for membership in Membership.allCases {
                        #expect(names(table).contains("ours \(egress.rawValue) \(membership.rawValue)"))
                    }
                }
            }
            // Nothing was attached: the deployment delivers as before.
            #expect(try lab.burst(["pod1"]).isClean)
            try lab.down()
        }

        @Test func `race: all take part and the deployment's programs are back`() throws {
            let lab = try LabNode.forTest(.fabric)
            func filters() throws -> String {
                try ["ingress", "egress"].map {
                    try lab.run(["tc", "filter", "show", "dev", "pod1", $0]).mustSucceed().stdout
                }.joined()
            }
            let before = try filters()
            let measured = try Race.measure(in: lab, .init(rounds: 1, milliseconds: 20))
            expectFilled(measured, rounds: 1)
            let metrics: [Measurement.Metric] = [.roundTrip, .packets, .forwarding, .bulk]
            #expect(measured.tables.map(\.metric) == metrics + metrics)
            for table in measured.tables {
                #expect(
                    names(table) == ["legacy", "legacy again", "usual"]
                        + Egress.allCases.map { "ours \($0.rawValue) on-link" })
            }
            #expect(try filters() == before)
            #expect(try lab.burst([], ipv6: true).isClean)
            try lab.down()
            #expect(lab.leftovers.isEmpty)
        }

        @Test func `race: ambient keeps its egress programs, and so has no peer`() throws {
            let lab = try LabNode.forTest(.ambient)
            let options = Race.Options(rounds: 1, milliseconds: 20, metrics: [.packets])
            let measured = try Race.measure(in: lab, options)
            let table = try #require(measured.tables.first)
            #expect(measured.tables.count == 1 && table.addresses == .ipv4)
            #expect(names(table) == ["legacy", "legacy again", "usual", "ours neigh on-link", "ours mac on-link"])
            #expect(try lab.run(["tc", "filter", "show", "dev", "pod1", "egress"]).stdout.contains("app_inbound"))
            #expect(try lab.burst().isClean)
            try lab.down()
        }

        @Test func `race: a way past the program is an error, not a figure`() throws {
            let lab = try LabNode.forTest(.fabric, ipv6: false)
            try lab.removeEntry(try lab.entry(of: "pod1"))
            let options = Race.Options(rounds: 1, milliseconds: 50, metrics: [.packets], only: ["legacy"])
            let error = #expect(throws: LabError.self) { try Race.measure(in: lab, options) }
            #expect(error?.what.contains("through the stack") == true, "\(String(describing: error))")
            try lab.down()
        }

        @Test func `growth: every destination is redirected, and there are as many as said`() throws {
            let lab = try LabNode.forTest(.fabric)
            let measured = try Growth.measure(in: lab, entries: [50, 200], .init(rounds: 2, repeats: 100))
            expectFilled(measured, rounds: 2)
            #expect(measured.tables.map(\.entries) == [50, 50, 200, 200])
            let routes = try lab.run(["ip", "-4", "route", "show", "root", "10.128.0.0/16"]).mustSucceed().stdout
            #expect(routes.split(separator: "\n").count == 200)
            let error = #expect(throws: LabError.self) { try Growth.measure(in: lab, entries: [10, 5]) }
            #expect(error?.code == .unusable)
            try lab.down()
        }

        @Test func `the commands print what was measured`() throws {
            let lab = try LabNode.forTest(.ambient, pods: 1)
            let result = try migrateLab(
                "cost", "--name", lab.state.options.name, "--rounds", "1", "--repeats", "100"
            ).mustSucceed()
            let measured = try JSON.decode(Measurement.self, from: Array(result.stdout.utf8))
            #expect(measured.kind == "measurement" && measured.tables.map(\.deployment) == [.ambient])
            let refused = try migrateLab("race", "--name", lab.state.options.name, "--spin")
            #expect(refused.status == 64 && refused.stderr.contains("LAB1002"))
            try lab.down()
        }
    }
}

@Suite struct MeasuredFrames {
    /// A receiver sums header and checksum to all ones (RFC 1071).
    @Test(arguments: ["10.9.0.11", "fd00:9::b"]) func `checksums are right`(text: String) throws {
        let address = try #require(IPAddress(text))
        let mac = LabAddresses.hostMAC
        let frame = MeasuredFrame(destination: address, source: address, hardware: mac, sender: mac).bytes
        let header = address.family == .ipv4 ? 20 : 40
        let packet = Array(frame[14...])
        let udp = Array(packet[header...])
        if address.family == .ipv4 {
            let head = sum(Array(packet[..<20]))
            #expect(head == 0xffff)
        }
        let pseudo: [UInt8] = address.networkBytes + address.networkBytes + [0, 17, 0, UInt8(udp.count)]
        let whole = sum(pseudo + udp)
        #expect(udp.count == 72 && whole == 0xffff)
    }

    private func sum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
        return sum
    }

}
