import Model

/// Interfaces that the replacement never redirects to.
///
/// The program itself compares link types and skips ports where the kernel has the kfuncs. What it cannot
/// see is what is listed here: that an interface leads to a gateway, to a whole network, or to a namespace
/// nobody could look into. An uplink may itself be a veth (kind, k3d, LXC).
public enum DenyList {
    /// - Parameter kinds: link kinds of the hooks' interfaces.
    public static func make(_ topology: Topology, kinds: Set<String?>, readsDevice: Bool) -> [Decision.DeniedDevice] {
        let leading = leading(topology.routes)
        return topology.nodeLinks.compactMap { link in
            if readsDevice && (link.isLoopback || !kinds.contains(link.kind) || link.master != nil) {
                // The program refuses these without being told, and containers' ports come and go.
                return nil
            }
            return (leading[link.ifindex] ?? reason(link, topology, readsDevice: readsDevice)).map {
                Decision.DeniedDevice(netns: link.netns, ifindex: link.ifindex, interface: link.name, why: $0)
            }
        }
    }

    /// Interfaces that lead to more than single addresses, by ifindex, and the first route that says so.
    private static func leading(_ routes: [Route]) -> [UInt32: String] {
        var found: [UInt32: String] = [:]
        for route in routes where route.kind == .unicast {
            // A next hop of a multipath route need not be a gateway: several pods may stand for one address.
            let single = route.outputInterface.map { [Route.NextHop(ifindex: $0, gateway: route.gateway)] } ?? []
            for hop in single + route.nextHops where found[hop.ifindex] == nil {
                let prefix = route.destination
                if hop.gateway != nil {
                    found[hop.ifindex] = "carries a gateway route"
                } else if !prefix.isHost && !prefix.address.isLinkLocal && !prefix.address.isMulticastOrBroadcast {
                    found[hop.ifindex] = "has the on-link network \(prefix)"
                }
            }
        }
        return found
    }

    private static func reason(_ link: Link, _ topology: Topology, readsDevice: Bool) -> String? {
        if case .unreadable = topology.peer(of: link) { return "its other end could not be seen" }
        guard !readsDevice else { return nil }
        if link.kind == "bridge" { return "is a bridge" }
        if link.master != nil { return "is enslaved" }
        if link.kind != "veth" && link.kind != "netkit" { return "is no pod interface" }
        return nil
    }
}
