import Model

/// Generic XDP behind the devices that packets leave by.
///
/// The kernel passes it over for a packet of `bpf_redirect` (`skb_is_redirected` in `netif_receive_generic_xdp`,
/// net/core/dev.c), and runs it for one that the neighbor subsystem sent or that `bpf_redirect_peer` put there. So it
/// would see, and may drop, what it never saw.
struct GenericXDP {
    let links: [Link]
    let hooks: [Hook]

    /// A phrase for each program that only the replacement's packets meet.
    func met(_ devices: Set<DeviceKey>) -> InterfaceReasons {
        var found = InterfaceReasons()
        let generic = Dictionary(
            grouping: hooks.filter { $0.kind == .xdp && $0.attachment?.mode == .generic },
            by: { DeviceKey(netns: $0.netns.cookie, ifindex: $0.ifindex) })
        guard !generic.isEmpty else { return found }
        let leaving = links.filter { devices.contains(DeviceKey(netns: $0.netns, ifindex: $0.ifindex)) }
        for link in leaving.sorted(by: { ($0.netns, $0.ifindex) < ($1.netns, $1.ifindex) }) {
            guard let end = Self.otherEnd(of: link) else { continue }
            for hook in generic[end] ?? [] {
                let name = hook.program.map { "program \($0.id) (\($0.name))" } ?? "a program"
                found.add("\(name) at generic xdp of the other end", link.name)
            }
        }
        return found
    }

    func blockers(_ devices: Set<DeviceKey>, egress: Egress) -> [PlanDocument.Blocker] {
        guard egress != .mac else { return [] }
        return met(devices).all.map {
            .init(
                .genericXDP, "\($0.names): \($0.reason) would see packets that it does not see today",
                remedy: "Redirect as today:  migrate plan --egress mac")
        }
    }

    private static func otherEnd(of link: Link) -> DeviceKey? {
        guard link.kind == "veth" || link.kind == "netkit", let peer = link.peer else { return nil }
        guard let netns = link.peerNetns ?? (link.peerNetnsID == nil ? link.netns : nil) else { return nil }
        return DeviceKey(netns: netns, ifindex: peer)
    }
}
