import Testing

@testable import Inventory
@testable import Kernel
@testable import Model

struct NodeFactsTests {
    @Test func `the node's own: what is behind its interfaces, and its neighbors`() {
        let facts = NodeFacts(Fixture.snapshot(), namespaces: [Fixture.node])
        #expect(
            facts.leads(Fixture.vethA, to: address("10.0.0.5")) && !facts.leads(Fixture.vethB, to: address("10.0.0.5")))
        #expect(facts.fits(mac(Fixture.podA << 8 | 2), Fixture.vethA, address("10.0.0.5")))
        #expect(!facts.fits(mac(Fixture.podB << 8 | 2), Fixture.vethA, address("10.0.0.5")))
        #expect(facts.isOwn(mac(Fixture.node << 8 | UInt64(Fixture.vethA)), of: Fixture.vethA))
        #expect(!facts.addresses.contains(address("192.168.0.10")))
    }

    /// Interface 2 is every pod's own: what it leads to is told by the namespaces that are asked about.
    @Test func `another namespace's interfaces, by its own numbers`() {
        let tenant = NodeFacts(Fixture.snapshot(), namespaces: [Fixture.podA])
        #expect(tenant.isLive(2) && !tenant.isLive(Fixture.vethA))
        // From the pod's side the node is what is behind it.
        #expect(tenant.leads(2, to: address("192.168.0.10")))
        let both = NodeFacts(Fixture.snapshot(), namespaces: [Fixture.node, Fixture.podA])
        #expect(both.leads(2, to: address("192.168.0.10")) && both.leads(Fixture.vethA, to: address("10.0.0.5")))
        // A way in one namespace and a MAC of another do not make an entry true.
        #expect(!both.fits(mac(Fixture.podA << 8 | 2), 2, address("192.168.0.10")))
    }
}
