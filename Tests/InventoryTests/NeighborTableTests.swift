import Testing

@testable import Inventory
@testable import Model

struct NeighborTableTests {
    private func blockers(
        used: [AddressFamily: Int] = [:], limits: [AddressFamily: Int], redirected: [AddressFamily: Int],
        widened: [String] = []
    ) -> [PlanDocument.Blocker] {
        NeighborTable.blockers(
            .init(counted: used, limits: limits), families: [.ipv4, .ipv6], redirected: redirected,
            widened: widened.map { .init(address: address($0), interface: "va", why: "a host route") })
    }

    @Test func `twice the destinations and what is in use must fit`() throws {
        #expect(blockers(used: [.ipv4: 10], limits: [.ipv4: 14], redirected: [.ipv4: 2]).isEmpty)
        let found = blockers(used: [.ipv4: 10], limits: [.ipv4: 13], redirected: [.ipv4: 2])
        let blocker = try #require(found.first)
        #expect(found.count == 1 && blocker.code == Code.neighborTable.text)
        #expect(blocker.message == "2 × 2 pods + 10 neighbors in use = 14, but ipv4 gc_thresh3 is 13")
        #expect(blocker.remedy.hasSuffix("sysctl -w net.ipv4.neigh.default.gc_thresh3=28"))
    }

    @Test func `each family has a table of its own`() {
        let found = blockers(
            used: [.ipv4: 1000, .ipv6: 1000], limits: [.ipv4: 1024, .ipv6: 1024], redirected: [.ipv4: 12, .ipv6: 13])
        #expect(found.map(\.message) == ["2 × 13 pods + 1000 neighbors in use = 1026, but ipv6 gc_thresh3 is 1024"])
        #expect(found.first?.remedy.contains("net.ipv6.neigh.default.gc_thresh3=2052") == true)
        let both = blockers(limits: [.ipv4: 1, .ipv6: 1], redirected: [.ipv4: 1, .ipv6: 1])
        #expect(both.count == 2)
    }

    @Test func `widened destinations take neighbors, too`() {
        let found = blockers(
            limits: [.ipv4: 5, .ipv6: 5], redirected: [.ipv4: 1], widened: ["10.0.0.6", "10.0.0.7", "fd00::6"])
        #expect(
            found.map(\.message) == [
                "2 × (1 pods + 2 widened) + 0 neighbors in use = 6, but ipv4 gc_thresh3 is 5"
            ])
    }

    @Test func `where no limit could be read nothing is claimed`() {
        #expect(blockers(limits: [:], redirected: [.ipv4: 1_000_000]).isEmpty)
    }

    @Test func `permanent and learned entries do not count`() {
        func neighbor(_ state: Neighbor.State, _ flags: UInt8 = 0) -> Neighbor {
            Neighbor(netns: 1, ifindex: 2, address: address("10.0.0.5"), mac: mac(1), state: state, flags: flags)
        }
        #expect(neighbor(.stale).isCollected && neighbor(.failed).isCollected && neighbor(.noarp).isCollected)
        #expect(!neighbor(.permanent).isCollected && !neighbor(.reachable, 0x10).isCollected)
    }
}
