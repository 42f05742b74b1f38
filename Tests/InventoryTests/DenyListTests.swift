import Model
import Testing

@testable import Inventory

struct DenyListTests {
    private func denied(
        readsDevice: Bool = true, kinds: Set<String?> = ["veth"], _ change: (inout Snapshot) -> Void = { _ in }
    ) -> [String: String] {
        let list = DenyList.make(Fixture.topology(change), kinds: kinds, readsDevice: readsDevice)
        return Dictionary(list.map { ($0.interface, $0.why) }, uniquingKeysWith: { $0 + $1 })
    }

    @Test func `with the kfuncs only what the program cannot see is listed`() {
        #expect(denied() == ["vdark": "its other end could not be seen"])
    }

    @Test func `without the kfuncs everything but pods' interfaces is listed`() {
        #expect(
            denied(readsDevice: false) == [
                "vdark": "its other end could not be seen", "eth0": "carries a gateway route", "cni0": "is a bridge",
                "vport": "is enslaved", "tun0": "is no pod interface", "lo": "is no pod interface",
            ])
    }

    @Test func `a veth uplink is listed for its gateway, alone or among several next hops`() {
        #expect(
            denied { $0.routes.append(Fixture.route("0.0.0.0/0", dev: Fixture.vethB, via: "10.0.0.1")) }["vb"]
                == "carries a gateway route")
        let hops = [
            Route.NextHop(ifindex: Fixture.vethB, gateway: address("10.0.0.1")),
            .init(ifindex: Fixture.uplink, gateway: nil),
        ]
        #expect(
            denied { $0.routes.append(Fixture.route("10.2.0.0/16", dev: nil, nextHops: hops)) }["vb"]
                == "carries a gateway route")
    }

    @Test func `next hops without a gateway count as any other route`() {
        let hops = [Route.NextHop(ifindex: Fixture.vethB, gateway: nil), .init(ifindex: Fixture.uplink, gateway: nil)]
        #expect(denied { $0.routes.append(Fixture.route("10.0.0.6/32", dev: nil, nextHops: hops)) }["vb"] == nil)
        #expect(
            denied { $0.routes.append(Fixture.route("10.9.0.0/16", dev: nil, nextHops: hops)) }["vb"]
                == "has the on-link network 10.9.0.0/16")
    }

    @Test func `a veth with an on-link network is listed, a default route without a gateway is one`() {
        #expect(
            denied { $0.routes.append(Fixture.route("10.9.0.0/16", dev: Fixture.vethB)) }["vb"]
                == "has the on-link network 10.9.0.0/16")
        #expect(
            denied { $0.routes.append(Fixture.route("0.0.0.0/0", dev: Fixture.vethB)) }["vb"]
                == "has the on-link network 0.0.0.0/0")
        #expect(
            denied { $0.routes.append(Fixture.route("fd00:9::/64", dev: Fixture.vethB)) }["vb"]
                == "has the on-link network fd00:9::/64")
    }

    @Test(arguments: ["fe80::/64", "ff00::/8", "224.0.0.0/4", "169.254.0.0/16", "10.0.0.6/32"])
    func `what every interface has, and host routes, do not count`(_ destination: String) {
        #expect(denied { $0.routes.append(Fixture.route(destination, dev: Fixture.vethB)) }["vb"] == nil)
        #expect(
            denied(readsDevice: false) { $0.routes.append(Fixture.route(destination, dev: Fixture.vethB)) }["vb"] == nil
        )
    }

    @Test func `routes that are not unicast do not count`() {
        let change = { (snapshot: inout Snapshot) in
            snapshot.routes.append(Fixture.route("10.9.0.0/16", dev: Fixture.vethB, kind: .local))
            snapshot.routes.append(Fixture.route("10.9.255.255", dev: Fixture.vethB, kind: .broadcast))
        }
        #expect(denied(change)["vb"] == nil)
    }

    @Test func `with the kfuncs other kinds and ports are left to the program`() {
        let change = { (snapshot: inout Snapshot) in
            snapshot.routes.append(Fixture.route("10.9.0.0/16", dev: Fixture.bridge))
            snapshot.routes.append(Fixture.route("10.8.0.0/16", dev: Fixture.port))
        }
        #expect(denied(change)["cni0"] == nil)
        #expect(denied(change)["vport"] == nil)
        #expect(denied(readsDevice: false, change)["cni0"] == "has the on-link network 10.9.0.0/16")
        #expect(denied(kinds: ["bridge"], change)["cni0"] == "has the on-link network 10.9.0.0/16")
    }

    /// A host route may lead there.
    @Test func `loopback is listed where the program cannot tell it, and the list is in the order of ifindexes`() {
        #expect(denied()["lo"] == nil)
        let list = DenyList.make(Fixture.topology(), kinds: ["veth"], readsDevice: false)
        #expect(list.contains { $0.interface == "lo" })
        #expect(list.map(\.ifindex) == list.map(\.ifindex).sorted())
    }
}
