import Model
import Testing

@testable import Inventory
@testable import Kernel

struct JudgeVerdictTests {
    @Test func `an entry on which all agree matches and stays the same`() {
        let finding = Judge.finding(Fixture.facts())
        #expect(finding.verdict == .match)
        #expect(finding.effect == .same)
        #expect(finding.note.isEmpty)
        #expect(finding.kernel.lookup == "success")
        #expect(finding.kernel.interface == "va")
        #expect(finding.kernel.mac == finding.legacy.mac)
        #expect(finding.kernel.gateway == nil)
    }

    /// Everything is wrong at first; each step mends what the verdict before it complained of.
    @Test func `the first verdict that applies is given, in the order of the design`() {
        let peer = Fixture.facts().fibPeer
        let steps: [(inout EntryFacts) -> Void] = [
            {
                $0.isLocal = true
                $0.probe = Fixture.answer("10.0.0.5", dev: Fixture.vethA, .fibMiss, .notForwarded, hop: "192.168.0.1")
                $0.fibLink = Fixture.link(Fixture.bridge, "cni0", "bridge")
                $0.packetRule = Fixture.rule(100, table: 5, mark: 1)
                $0.mapLink = nil
                $0.target.ifindex = Fixture.vethB
                $0.target.mac = mac(0xdead)
                $0.neighbor = Fixture.neighbor("10.0.0.5", dev: Fixture.vethA, mac(0xbeef))
            },
            { $0.isLocal = false },
            { $0.probe.result = .unreachable },
            { $0.probe.result = .success },
            { $0.fibLink = Fixture.link(Fixture.vethA, "va", "veth") },
            {
                $0.probe.nextHop = $0.target.address; $0.probe.outcome = .redirected
            },
            { $0.packetRule = nil },
            { $0.mapLink = Fixture.link(Fixture.vethB, "vb", "veth") },
            { $0.target.ifindex = Fixture.vethA },
            { facts in if case .link(let link) = peer, let mac = link.mac { facts.target.mac = mac } },
            { $0.neighbor = Fixture.neighbor("10.0.0.5", dev: Fixture.vethA, nil, .failed) },
            { $0.neighbor = Fixture.neighbor("10.0.0.5", dev: Fixture.vethA, nil, .incomplete) },
            { $0.neighbor = Fixture.neighbor("10.0.0.5", dev: Fixture.vethA, $0.target.mac, .stale) },
        ]
        var facts = Fixture.facts()
        let verdicts = steps.map { step in
            step(&facts)
            return Judge.finding(facts).verdict
        }
        #expect(verdicts == Verdict.allCases)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var verdict: Verdict
        var note: String
        var change: @Sendable (inout EntryFacts) -> Void

        init(
            _ name: String, _ verdict: Verdict, note: String = "",
            _ change: @escaping @Sendable (inout EntryFacts) -> Void
        ) {
            testDescription = name
            self.verdict = verdict
            self.note = note
            self.change = change
        }
    }

    static let cases = [
        Case("blackhole", .unreachable, note: "a blackhole route") {
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .blackhole)
            $0.route = nil
        },
        Case("prohibit", .unreachable, note: "a prohibit route") {
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .prohibit)
            $0.route = nil
        },
        Case("forwarding off", .noRoute, note: "forwarding is off on the hook's interface") {
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .forwardingDisabled)
        },
        Case("tunnel encapsulation", .unsupportedDevice, note: "the route has a tunnel encapsulation") {
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .unsupportedTunnel)
        },
        Case("multicast", .noRoute, note: "not a unicast destination") {
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .notUnicast, FIBResult(rawValue: -61))
            $0.fibLink = nil
        },
        Case("an interface the snapshot missed", .noRoute, note: "the lookup said success") {
            $0.probe.ifindex = 99
            $0.route = nil
            $0.fibLink = nil
        },
        Case("bridge", .unsupportedDevice, note: "cni0 is a bridge") {
            $0.fibLink = Fixture.link(Fixture.bridge, "cni0", "bridge")
        },
        Case("Open vSwitch", .unsupportedDevice, note: "br0 is an Open vSwitch port") {
            $0.fibLink = Fixture.link(Fixture.bridge, "br0", "openvswitch")
        },
        Case("tunnel device", .unsupportedDevice, note: "tun0 is a layer 3 device") {
            $0.fibLink = Fixture.link(Fixture.tunnel, "tun0", "tun", hardwareType: 0xfffe)
        },
        Case("port", .unsupportedDevice, note: "vport is enslaved to another device") {
            $0.fibLink = Fixture.link(Fixture.port, "vport", "veth", master: Fixture.bridge)
        },
        Case("deny list", .unsupportedDevice, note: "va is on the deny list") { $0.probe.outcome = .deviceDenied },
        Case("unfit", .unsupportedDevice, note: "va is of another link type than the hook's interface, or a port") {
            $0.probe.outcome = .deviceUnfit
        },
        Case("same device", .unsupportedDevice, note: "the packet would leave where it came in") {
            $0.probe.outcome = .sameDevice
        },
        Case("gateway, map's interface gone", .viaGateway, note: "the map's interface 5 is gone") {
            $0.probe.nextHop = address("192.168.0.1")
            $0.mapLink = nil
        },
        Case("rule", .dependsOnPacket, note: "rule 100 selects on more than the destination") {
            $0.packetRule = Fixture.rule(100, table: 5, mark: 1)
        },
        Case("multipath", .dependsOnPacket, note: "a multipath route") {
            $0.route?.route?.nextHops = [.init(ifindex: 5, gateway: nil), .init(ifindex: 6, gateway: nil)]
        },
        Case("stale, no neighbor", .staleInterface, note: "no neighbor yet") {
            $0.mapLink = nil
            $0.neighbor = nil
        },
        Case("mismatch, incomplete", .interfaceMismatch, note: "neighbor is incomplete") {
            $0.target.ifindex = Fixture.vethB
            $0.neighbor?.state = .incomplete
        },
        Case(
            "a neighbor of another MAC", .macMismatch,
            note: "until the kernel notices, up to about 53 s, packets would go to 02:00:00:00:be:ef"
        ) {
            $0.target.mac = mac(0xdead)
            $0.neighbor?.mac = mac(0xbeef)
        },
        Case(
            "a pod with another MAC that did not announce it", .macMismatch,
            note:
                "until the kernel notices, up to about 53 s, packets would go to 02:00:00:00:be:ef, the map's MAC as well"
        ) {
            $0.target.mac = mac(0xbeef)
            $0.neighbor?.mac = mac(0xbeef)
            $0.neighbor?.state = .stale
        },
        Case(
            "another interface, and the neighbor there is stale", .interfaceMismatch,
            note: "until the kernel notices, up to about 53 s, packets would go to 02:00:00:00:be:ef"
        ) {
            $0.target.ifindex = Fixture.vethB
            $0.neighbor?.mac = mac(0xbeef)
        },
        Case(
            "permanent", .neighborDiffers, note: "for ever (it is permanent) packets would go to 02:00:00:00:be:ef"
        ) {
            $0.neighbor?.mac = mac(0xbeef)
            $0.neighbor?.state = .permanent
        },
        Case("MAC of a pod that cannot be read", .macMismatch, note: "the pod's side could not be read") {
            $0.fibPeer = .unreadable
            $0.target.mac = mac(0xdead)
        },
        Case(
            "neighbor is wrong", .neighborDiffers,
            note: "until the kernel notices, up to about 53 s, packets would go to 02:00:00:00:be:ef"
        ) {
            $0.neighbor?.mac = mac(0xbeef)
        },
        Case("a failed neighbor's last MAC does not count", .neighborFailed) {
            $0.neighbor?.mac = mac(0xbeef)
            $0.neighbor?.state = .failed
        },
        Case("too long a packet is placed", .match) { $0.probe.result = .fragmentationNeeded },
    ]

    @Test(arguments: cases) func verdictAndNote(_ row: Case) {
        let finding = Judge.finding(Fixture.facts(row.change))
        #expect(finding.verdict == row.verdict)
        #expect(finding.note == row.note)
    }
}
