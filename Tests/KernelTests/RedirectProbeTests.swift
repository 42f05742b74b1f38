import Glibc
import Testing
import TestSupport

@testable import Kernel
@testable import Model

extension BPFTests {
    struct Probe {
        let topology: RedirectTopology

        init() throws { topology = try RedirectTopology() }

        struct Row: Sendable, CustomTestStringConvertible {
            var destination: String
            var outcome: RedirectOutcome
            var result: FIBResult
            /// Name of the device the FIB answers with.
            var device: String?
            var testDescription: String { destination + " " + outcome.name }

            init(
                _ destination: String, _ outcome: RedirectOutcome, _ result: FIBResult = .success,
                _ device: String? = nil
            ) {
                self.destination = destination
                self.outcome = outcome
                self.result = result
                self.device = device
            }
        }

        static let rows = [
            Row("10.9.0.5", .redirected, .success, "va"), Row("10.9.0.6", .redirected, .success, "vb"),
            Row("fd00:9::5", .redirected, .success, "va"), Row("fd00:9::6", .redirected, .success, "vb"),
            Row("10.60.0.1", .gateway, .success, "vup"),
            // The neighbors of an uplink that is a veth are their own next hop: only the deny list knows.
            Row("192.168.7.9", .redirected, .success, "vup"),
            Row("10.9.0.7", .deviceUnfit, .success, "br0"), Row("10.9.0.8", .deviceUnfit, .success, "vport"),
            Row("10.9.0.9", .deviceUnfit, .success, "tun0"), Row("10.9.0.10", .deviceUnfit, .success, "lo"),
            Row("10.9.0.2", .sameDevice, .success, "vin"),
            Row("10.30.0.1", .fibMiss, .blackhole), Row("10.30.0.2", .fibMiss, .prohibit),
            Row("10.30.0.3", .fibMiss, .unreachable), Row("fd00:30::1", .fibMiss, .blackhole),
            Row("192.168.7.1", .fibMiss, .notForwarded), Row("192.168.7.255", .fibMiss, .notForwarded),
            Row("172.16.0.1", .fibMiss, .notForwarded), Row("fd00:99::1", .fibMiss, .notForwarded),
            Row("224.0.0.5", .notUnicast, FIBResult(rawValue: -61)),
            Row("255.255.255.255", .notUnicast, FIBResult(rawValue: -61)),
            Row("127.0.0.1", .notUnicast, FIBResult(rawValue: -61)),
            Row("ff02::1", .notUnicast, FIBResult(rawValue: -61)),
            Row("fe80::5", .notUnicast, FIBResult(rawValue: -61)),
        ]

        @Test func `each destination has its answer`() throws {
            // What only a look at the device tells is the deny list's where the kernel does not let it be looked at.
            let rows = Self.rows.filter { KernelTraits.comparesLinkTypes || $0.outcome != .deviceUnfit }
            let answers = try topology.ask(rows.map(\.destination))
            for (row, answer) in zip(rows, answers) {
                #expect(answer.outcome == row.outcome, "\(row.destination)")
                #expect(answer.result == row.result, "\(row.destination): \(answer.result.name)")
                #expect(answer.ifindex == row.device.map { topology.index[$0] ?? 0 } ?? 0, "\(row.destination)")
                if row.outcome == .redirected { #expect(answer.nextHop == IPAddress(row.destination)) }
            }
            #expect(answers.count == rows.count)
        }

        @Test(arguments: ["10.9.0.5", "fd00:9::5"]) func `a neighbor that is there is read`(_ text: String) throws {
            let answer = try topology.ask(text)
            #expect(answer.neighborResult == .success)
            #expect(answer.mac == MACAddress(value: 0x0200_0000_0005))
        }

        @Test(arguments: ["10.9.0.6", "fd00:9::6"])
        func `one that is absent is said to be, and asking resolves nothing`(_ text: String) throws {
            let answer = try topology.ask(text)
            #expect(answer.result == .success, "the lookup skips the neighbor")
            #expect(answer.neighborResult == .noNeighbor)
            #expect(answer.mac == nil)
            let classic = try topology.ask(text, Configurations.make(flags: 0))
            #expect(classic.result == .noNeighbor)
            #expect(classic.outcome == .redirected, "bpf_redirect_neigh resolves")
            #expect(try topology.node.shell("ip neigh show dev vb; ip -6 neigh show dev vb").contains("9::6") == false)
            #expect(try topology.node.shell("ip neigh show dev vb").contains("10.9.0.6") == false)
        }

        @Test func `a gateway is named as next hop`() throws {
            #expect(try topology.ask("10.60.0.1").nextHop == IPAddress("192.168.7.254"))
        }

        @Test func `a denied device is not redirected to`() throws {
            let configuration = Configurations.make(denied: [topology.index["va"] ?? 0, 999])
            #expect(try topology.ask("10.9.0.5", configuration).outcome == .deviceDenied)
            #expect(try topology.ask("10.9.0.6", configuration).outcome == .redirected)
        }

        @Test func `the last place of a full deny list counts`() throws {
            let full = Array(UInt32(1000)..<1255) + [topology.index["va"] ?? 0]
            #expect(try topology.ask("10.9.0.5", Configurations.make(denied: full)).outcome == .deviceDenied)
        }

        @Test func `without the kfuncs a bridge is told by the deny list alone`() throws {
            let blind = Configurations.make(readsDevice: false)
            #expect(try topology.ask("10.9.0.7", blind).outcome == .redirected)
            let listed = Configurations.make(readsDevice: false, denied: [topology.index["br0"] ?? 0])
            #expect(try topology.ask("10.9.0.7", listed).outcome == .deviceDenied)
        }

        @Test func `forwarding off on the input interface is said`() throws {
            try topology.node.shell("echo 0 > /proc/sys/net/ipv4/conf/vin/forwarding")
            let answer = try topology.ask("10.9.0.5")
            #expect(answer.result == .forwardingDisabled)
            #expect(answer.outcome == .fibMiss)
            #expect(try topology.ask("fd00:9::5").outcome == .redirected, "each family has its own")
        }

        @Test func `a pod's veth that goes down loses its route, and the gateway answers`() throws {
            try topology.node.shell("set -e; ip route add default via 192.168.7.254; ip link set va down")
            let answer = try topology.ask("10.9.0.5")
            #expect(answer.outcome == .gateway)
            #expect(answer.ifindex == topology.index["vup"])
        }

        @Test func `rules on mark 0 and the input interface are honoured`() throws {
            try topology.node.shell(
                "set -e; ip rule add iif vin to 10.9.0.5 lookup 100 prio 50; ip route add 10.9.0.5 dev vb table 100")
            #expect(try topology.ask("10.9.0.5").ifindex == topology.index["vb"])
        }

        @Test func `more questions than one run takes are answered in their order`() throws {
            let texts = (0..<9_001).map { number in
                number % 3 == 2 ? "10.60.\(number >> 8).\(number & 255)" : "10.100.\(number >> 8).\(number & 255)"
            }
            let answers = try topology.ask(texts)
            #expect(answers.count == texts.count)
            for (number, answer) in answers.enumerated() {
                let expected: RedirectOutcome = number % 3 == 2 ? .gateway : .redirected
                guard answer.outcome == expected, expected == .gateway || answer.nextHop == IPAddress(texts[number])
                else {
                    #expect(answer.outcome == expected, "question \(number)")
                    break
                }
            }
        }

        @Test func `exactly one full run, none, and an interface that is not there`() throws {
            #expect(try topology.ask((0..<4_096).map { "10.100.\($0 >> 8).\($0 & 255)" }).count == 4_096)
            #expect(try topology.ask([String]()).isEmpty)
            let question = try RedirectTopology.question("10.9.0.5")
            #expect(throws: KernelError.self) {
                try topology.node.run { () throws(KernelError) in
                    try FIBProbe(Configurations.make()).ask([question], ifindex: 9_999)
                }
            }
        }
    }
}
