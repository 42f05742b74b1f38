import Model
import Testing

@testable import Inventory
@testable import Kernel

struct WideningTests {
    private func candidates(
        families: Set<AddressFamily> = [.ipv4], _ change: (inout Snapshot) -> Void = { _ in }
    ) -> [String: String] {
        let topology = Fixture.topology(change)
        let found = Widening.candidates(topology, families: families)
        // By this they are told from a map's keys: what nobody knows is never one.
        #expect(found.keys.allSatisfy { topology.knows($0) })
        return Dictionary(found.map { ($0.key.description, $0.value) }, uniquingKeysWith: { $0 + $1 })
    }

    @Test func `host routes and further addresses of pods, each once`() {
        #expect(
            candidates() == [
                "10.0.0.2": "a host route", "10.0.0.5": "a host route", "10.0.0.6": "a host route",
                "10.0.0.22": "an address of a pod", "10.0.0.66": "an address of a pod",
            ])
    }

    @Test func `only the contract's families, never link-local, multicast or the node's own`() {
        #expect(candidates(families: [.ipv6]) == ["fd00::5": "a host route"])
        let change = { (snapshot: inout Snapshot) in
            snapshot.neighbors = ["224.0.0.5", "169.254.1.1", "192.168.0.10"].map {
                Fixture.neighbor($0, dev: 2, nil, .noarp)
            }
            snapshot.neighbors.append(Fixture.neighbor("ff02::1", dev: 2, nil, .noarp))
        }
        #expect(candidates(families: [.ipv4, .ipv6], change).count == 6)
    }

    @Test func `neighbors, but not failed ones`() {
        let found = candidates {
            $0.neighbors = [
                Fixture.neighbor("192.168.0.1", dev: 2, mac(1)),
                Fixture.neighbor("192.168.0.2", dev: 2, nil, .incomplete),
                Fixture.neighbor("192.168.0.3", dev: 2, nil, .failed),
            ]
        }
        #expect(found["192.168.0.1"] == "a neighbor")
        #expect(found["192.168.0.2"] == "a neighbor")
        #expect(found["192.168.0.3"] == nil)
    }

    @Test func `a host route through a gateway is none`() {
        #expect(
            candidates { $0.routes.append(Fixture.route("10.7.0.7", dev: 2, via: "192.168.0.1")) }["10.7.0.7"] == nil)
    }

    @Test func `widened are the candidates that the kernel would redirect`() {
        let candidates = ["10.0.0.22", "10.0.0.66", "10.0.0.99"].map {
            Widening.Candidate(address: address($0), why: "a neighbor")
        }
        let answers = [
            Fixture.answer("10.0.0.22", dev: Fixture.proxy, .sameDevice),
            Fixture.answer("10.0.0.66", dev: Fixture.vethB),
            Fixture.answer("10.0.0.99", dev: 99),
        ]
        let widened = Widening.widened(candidates, answers: answers, topology: Fixture.topology())
        #expect(widened.map(\.destination.interface) == ["vb", "ifindex 99"])
        #expect(widened.map(\.device) == [Fixture.vethB, 99].map { DeviceKey(netns: Fixture.node, ifindex: $0) })
        #expect(widened.first?.destination.address == address("10.0.0.66"))
    }

    @Test func `lost are entries redirected today and not afterwards`() {
        let broken = Judge.finding(
            Fixture.facts {
                $0.probe.nextHop = address("192.168.0.1"); $0.probe.outcome = .gateway
            })
        var stale = broken
        stale.address = address("10.0.0.9")
        stale.legacy.interface = nil
        var kept = broken
        kept.address = address("10.0.0.6")
        let tally = Fixture.tally([broken, stale, kept], redirected: [kept.address])
        #expect(tally.lost.elements.map(\.address) == [broken.address] && tally.lost.total == 1)
        #expect(tally.lost.elements.first?.why == "via-gateway")
    }
}
