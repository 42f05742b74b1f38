import FoundationEssentials

@testable import Inventory
@testable import Kernel
@testable import Model

func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("no address: \(text)") }
    return address
}

func prefix(_ text: String) -> IPPrefix {
    guard let prefix = IPPrefix(text) else { preconditionFailure("no prefix: \(text)") }
    return prefix
}

func mac(_ last: UInt64) -> MACAddress { MACAddress(value: 0x0200_0000_0000 | last) }

/// A node with an uplink, a proxy, two pods, a pod nobody can look into, a bridge with a port, and a tunnel.
enum Fixture {
    static let node: UInt64 = 1, podA: UInt64 = 11, podB: UInt64 = 12, proxyPod: UInt64 = 20
    static let uplink: UInt32 = 2, proxy: UInt32 = 4, vethA: UInt32 = 5, vethB: UInt32 = 6, dark: UInt32 = 7
    static let bridge: UInt32 = 8, port: UInt32 = 9, tunnel: UInt32 = 10, sameA: UInt32 = 13, sameB: UInt32 = 14

    static func link(
        _ ifindex: UInt32, _ name: String, _ kind: String?, in netns: UInt64 = node, peer: UInt32? = nil,
        peerNetns: UInt64? = nil, master: UInt32? = nil, hardwareType: UInt16 = 1, flags: UInt32 = 1
    ) -> Link {
        Link(
            netns: netns, ifindex: ifindex, name: name, kind: kind, hardwareType: hardwareType,
            mac: mac(netns << 8 | UInt64(ifindex)), flags: flags, master: master, peer: peer, peerNetns: peerNetns)
    }

    static let links = [
        link(1, "lo", nil, hardwareType: 772, flags: 9), link(uplink, "eth0", nil),
        link(proxy, "hz", "veth", peer: 2, peerNetns: proxyPod), link(vethA, "va", "veth", peer: 2, peerNetns: podA),
        link(vethB, "vb", "veth", peer: 2, peerNetns: podB), link(dark, "vdark", "veth", peer: 2),
        link(bridge, "cni0", "bridge"), link(port, "vport", "veth", peer: 3, peerNetns: podB, master: bridge),
        link(tunnel, "tun0", "tun", hardwareType: 0xfffe),
        link(sameA, "vs", "veth", peer: sameB, peerNetns: node),
        link(sameB, "vt", "veth", peer: sameA, peerNetns: node),
        link(2, "eth0", "veth", in: podA, peer: vethA, peerNetns: node),
        link(2, "eth0", "veth", in: podB, peer: vethB, peerNetns: node),
        link(3, "net1", "veth", in: podB, peer: port, peerNetns: node),
        link(2, "eth0", "veth", in: proxyPod, peer: proxy, peerNetns: node),
    ]

    static let addresses = [
        (node, uplink, "192.168.0.10"), (podA, 2, "10.0.0.5"), (podA, 2, "fd00::5"), (podA, 2, "fe80::5"),
        (podB, 2, "10.0.0.6"), (podB, 2, "10.0.0.66"), (proxyPod, 2, "10.0.0.2"), (proxyPod, 2, "10.0.0.22"),
    ].map { InterfaceAddress(netns: $0, ifindex: $1, address: address($2), prefixLength: 32, scope: 0) }

    static func route(
        _ destination: String, dev ifindex: UInt32?, via gateway: String? = nil, table: UInt32 = Route.mainTable,
        kind: Route.Kind = .unicast, nextHops: [Route.NextHop] = []
    ) -> Route {
        Route(
            netns: node, table: table, kind: kind, destination: prefix(destination), gateway: gateway.map(address),
            outputInterface: ifindex, nextHops: nextHops)
    }

    static let routes = [
        route("0.0.0.0/0", dev: uplink, via: "192.168.0.1"), route("192.168.0.0/24", dev: uplink),
        route("10.0.0.2", dev: proxy), route("10.0.0.5", dev: vethA), route("10.0.0.6", dev: vethB),
        route("fd00::5", dev: vethA), route("fe80::/64", dev: vethA),
        route("192.168.0.10", dev: uplink, table: Route.localTable, kind: .local),
    ]

    static func rule(
        _ priority: UInt32, table: UInt32, from: String? = nil, to: String? = nil, iif: String? = nil,
        mark: UInt32? = nil, inverted: Bool = false
    ) -> Rule {
        Rule(
            netns: node, family: .ipv4, priority: priority, table: table, source: from.map(prefix),
            destination: to.map(prefix), inputInterface: iif, mark: mark, markMask: mark, isInverted: inverted)
    }

    static let rules = [
        rule(0, table: Route.localTable), rule(32766, table: Route.mainTable), rule(32767, table: 253),
    ]

    static func neighbor(
        _ text: String, dev ifindex: UInt32, _ mac: MACAddress?, _ state: Neighbor.State = .reachable
    ) -> Neighbor {
        Neighbor(netns: node, ifindex: ifindex, address: address(text), mac: mac, state: state)
    }

    static let identity = NodeIdentity(
        name: "n", machineID: "m", bootID: "b", kernel: "6", netns: .init(cookie: node, inode: 1, path: nil))

    static func snapshot(_ change: (inout Snapshot) -> Void = { _ in }) -> Snapshot {
        var snapshot = Snapshot(
            id: "s-1", takenAt: Date(timeIntervalSince1970: 0), node: identity, profile: "istio-ambient", links: links,
            addresses: addresses, rules: rules, routes: routes,
            neighbors: [neighbor("10.0.0.5", dev: vethA, mac(podA << 8 | 2))])
        change(&snapshot)
        return snapshot
    }

    static func topology(_ change: (inout Snapshot) -> Void = { _ in }) -> Topology { Topology(snapshot(change)) }

    /// What the kernel says of an entry it redirects to `ifindex`.
    static func answer(
        _ text: String, dev ifindex: UInt32, _ outcome: RedirectOutcome = .redirected, _ result: FIBResult = .success,
        hop: String? = nil
    ) -> FIBProbe.Answer {
        FIBProbe.Answer(
            result: result, outcome: outcome, ifindex: ifindex, nextHop: ifindex == 0 ? nil : address(hop ?? text),
            neighborResult: result, mac: nil)
    }

    /// The facts of pod a's entry, on which map, both doors and neighbor agree.
    static func facts(_ change: (inout EntryFacts) -> Void = { _ in }) -> EntryFacts {
        var facts = EntryFacts(
            target: LegacyTarget(address: address("10.0.0.5"), ifindex: vethA, mac: mac(podA << 8 | 2)),
            probe: answer("10.0.0.5", dev: vethA),
            route: RouteAnswer(route: route("10.0.0.5", dev: vethA), errno: nil), topology: topology(),
            inputInterface: "hz")
        change(&facts)
        return facts
    }

    /// What comes of these findings. `redirected` are the addresses that the replacement redirects.
    static func tally(
        _ findings: [Finding], disagreements: [Finding] = [], unanswered: Int = 0, redirected: Set<IPAddress> = []
    ) -> EntryTally {
        var tally = EntryTally(all: false, maps: 1)
        for finding in findings {
            let judgement = Judgement(finding)
            let target = LegacyTarget(
                address: finding.address, ifindex: finding.legacy.ifindex, mac: finding.legacy.mac,
                sourceMAC: finding.legacy.sourceMAC)
            tally.count(1, judgement)
            tally.maps[0].count(judgement.effect, finding.address)
            let lists = tally.lists(judgement, isRedirected: redirected.contains(finding.address))
            tally.list(target, judgement, lists, netns: node)
        }
        for finding in disagreements { tally.disagreeing.offer(finding.address, finding) }
        tally.unanswered = unanswered
        return tally
    }
}
