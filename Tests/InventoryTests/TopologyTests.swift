import Model
import Testing

@testable import Inventory

struct TopologyTests {
    let topology = Fixture.topology()

    private func peer(_ ifindex: UInt32) throws -> Topology.Peer {
        topology.peer(of: try #require(topology.link(ifindex)))
    }

    @Test func `a peer in another namespace is found`() throws {
        guard case .link(let link) = try peer(Fixture.vethA) else { return #expect(Bool(false), "no peer") }
        #expect(link.netns == Fixture.podA)
        #expect(link.ifindex == 2)
    }

    @Test func `a peer in the same namespace is found`() throws {
        guard case .link(let link) = try peer(Fixture.sameA) else { return #expect(Bool(false), "no peer") }
        #expect(link.netns == Fixture.node)
        #expect(link.ifindex == Fixture.sameB)
    }

    @Test func `a peer whose namespace could not be opened is unreadable`() throws {
        #expect(try peer(Fixture.dark) == .unreadable)
        let missing = Fixture.topology { $0.links.removeAll { $0.netns == Fixture.podA } }
        #expect(missing.peer(of: try #require(missing.link(Fixture.vethA))) == .unreadable)
    }

    @Test func `what is no pair has no peer`() throws {
        #expect(try peer(Fixture.uplink) == .none)
        #expect(try peer(Fixture.bridge) == .none)
        #expect(try peer(Fixture.tunnel) == .none)
    }

    @Test func `holders: any interface of the namespace, the node's own apart`() {
        #expect(topology.holds(address("10.0.0.66"), netns: Fixture.podB))
        #expect(!topology.holds(address("10.0.0.66"), netns: Fixture.podA))
        #expect(topology.isHeldByAPod(address("10.0.0.66")))
        #expect(!topology.isHeldByAPod(address("192.168.0.10")))
        #expect(topology.holds(address("192.168.0.10"), netns: Fixture.node))
    }

    @Test func `only the node's own links, rules and routes count`() {
        #expect(topology.nodeLinks.allSatisfy { $0.netns == Fixture.node })
        #expect(topology.link(2)?.name == "eth0")
        let foreign = Fixture.topology {
            $0.rules[0].netns = 99
            $0.routes[0].netns = 99
            $0.neighbors[0].netns = 99
        }
        #expect(foreign.rules.count == 2)
        #expect(foreign.routes.count == Fixture.routes.count - 1)
        #expect(foreign.neighbor(address("10.0.0.5"), ifindex: Fixture.vethA) == nil)
    }

    @Test func `the source behind an interface is the address routed to it`() {
        #expect(topology.source(behind: Fixture.proxy, family: .ipv4) == address("10.0.0.2"))
        #expect(topology.source(behind: Fixture.vethA, family: .ipv6) == address("fd00::5"))
    }

    @Test func `without a host route it is an address of the peer, never a link-local one or its loopback`() {
        let bare = Fixture.topology { snapshot in
            snapshot.routes = []
            // Every namespace has these, and the lookup takes neither for a source.
            for text in ["127.0.0.1", "::1"] {
                snapshot.addresses += [Fixture.podA, Fixture.proxyPod].map {
                    InterfaceAddress(netns: $0, ifindex: 1, address: address(text), prefixLength: 8, scope: 254)
                }
            }
        }
        #expect(bare.source(behind: Fixture.proxy, family: .ipv4) == address("10.0.0.2"))
        #expect(bare.source(behind: Fixture.vethA, family: .ipv6) == address("fd00::5"))
        #expect(bare.source(behind: Fixture.proxy, family: .ipv6) == nil)
    }

    @Test func `behind an uplink, a gateway, an unreadable peer or a pair of the node itself there is none`() {
        #expect(topology.source(behind: Fixture.uplink, family: .ipv4) == nil)
        #expect(topology.source(behind: Fixture.dark, family: .ipv4) == nil)
        #expect(topology.source(behind: Fixture.sameA, family: .ipv4) == nil)
        let gateway = Fixture.topology { $0.routes = [Fixture.route("10.7.0.1", dev: Fixture.dark, via: "10.7.0.254")] }
        #expect(gateway.source(behind: Fixture.dark, family: .ipv4) == nil)
    }
}
