import Model

/// Which interfaces are ports of a bridge.
///
/// On a port the replacement asks the FIB with the port as input interface, as the cross-check does. Packets that stay
/// within the bridge have the bridge as their device and are never redirected: where the map did, the entries say so.
struct BridgePorts {
    private struct Place: Hashable {
        var netns: UInt64
        var ifindex: UInt32
    }

    private var bridges: [Place: String] = [:]

    init(_ links: [Link]) {
        var names: [Place: String] = [:]
        for link in links where link.kind == "bridge" {
            names[Place(netns: link.netns, ifindex: link.ifindex)] = link.name
        }
        for link in links {
            guard let master = link.master else { continue }
            bridges[Place(netns: link.netns, ifindex: link.ifindex)] = names[Place(netns: link.netns, ifindex: master)]
        }
    }

    /// Name of the bridge whose port the hook's interface is.
    func bridge(of hook: Hook) -> String? { bridges[Place(netns: hook.netns.cookie, ifindex: hook.ifindex)] }

    func warnings(_ hooks: [Hook]) -> [PlanDocument.Blocker] {
        hooks.compactMap { hook in
            guard let bridge = bridge(of: hook) else { return nil }
            return .init(
                .bridgePort, "\(hook.title): \(hook.interface) is a port of bridge \(bridge)",
                remedy: "See the port:  bridge link show dev \(hook.interface.shellWord)")
        }
    }
}
