import Model

/// A finding in sentences, for somebody who meets these words for the first time.
enum FindingWords {
    /// - Parameter stale: the kernel's neighbor, where it is not of who has the address.
    static func sentence(_ finding: Finding, stale: StaleNeighbor?) -> String {
        "\(verdict(finding)) \(effect(finding.effect, stale))"
    }

    private static func verdict(_ finding: Finding) -> String {
        let map =
            finding.legacy.interface.map { "\($0) (\(finding.legacy.ifindex))" } ?? "ifindex \(finding.legacy.ifindex)"
        let device = finding.kernel.interface ?? finding.kernel.ifindex.map { "ifindex \($0)" } ?? "no interface"
        switch finding.verdict {
        case .localAddress: return "The node itself has this address, so its packets end here."
        case .noRoute: return "The kernel does not forward to it (\(finding.kernel.lookup))."
        case .unreachable: return "A route refuses it (\(finding.kernel.lookup))."
        case .unsupportedDevice: return "The kernel sends it to \(device), to which nothing may be redirected."
        case .viaGateway:
            let gateway = finding.kernel.gateway.map { "\($0)" } ?? "a gateway"
            return
                "The map says \(map), and the kernel has no route of its own for it: it goes to \(gateway) on \(device)."
        case .dependsOnPacket: return "A rule or a route decides by more of a packet than its destination."
        case .staleInterface: return "The map says \(map), which is gone; the kernel sends it to \(device)."
        case .interfaceMismatch: return "The map says \(map), the kernel \(device)."
        case .macMismatch:
            return "Map and kernel agree on \(device), but \(finding.legacy.mac) is not the MAC of who has the address."
        case .neighborDiffers:
            let mac = finding.kernel.mac.map { "\($0)" } ?? "another MAC"
            return "Map and kernel agree on \(device); the kernel's neighbor, \(mac), is wrong and the map is right."
        case .neighborFailed:
            return "Map and kernel agree on \(device); the kernel asked for its MAC and nobody answered."
        case .unresolvedNeighbor:
            return "Map and kernel agree on \(device); the kernel does not know its MAC yet and will ask for it."
        case .match: return "Map and kernel agree: \(device), \(finding.legacy.mac)."
        }
    }

    private static func effect(_ effect: Effect, _ stale: StaleNeighbor?) -> String {
        let once =
            stale == nil
            ? ""
            : " once the kernel notices that its neighbor is wrong, which takes up to about \(StaleNeighbor.seconds) s"
        return switch effect {
        case .same where stale == nil: "By the map packets arrive, and by the kernel's routes as well."
        case .same: "By the map packets arrive; by the kernel's routes they arrive\(once)."
        case .healed: "By the map packets are lost; by the kernel's routes they arrive\(once)."
        case .broken: "By the map packets arrive; by the kernel's routes they would be lost."
        case .gone: "No namespace of this machine has the address."
        case .stillBroken: "By the map packets are lost, and by the kernel's routes as well."
        case .unknown: "Whether packets arrive cannot be told: the other end could not be read."
        }
    }

    /// What the maps say where there is no finding: no map holds the address, or no program reads the one that does.
    static func maps(_ lookups: [LegacyLookup], _ address: IPAddress) -> String {
        if lookups.isEmpty { return "No map is about \(address.family.rawValue). " }
        return lookups.allSatisfy(\.entries.isEmpty)
            ? "No map holds it. " : "A map holds it, and no attached program reads that map. "
    }

    /// Where the kernel sends packets to it.
    static func kernel(_ address: IPAddress, _ place: ExplanationDocument.Place) -> String {
        let kernel = place.kernel
        if kernel.route?.type == "local" { return "The node itself has this address, so its packets end here." }
        if address.isLoopback { return "It is a loopback address, and packets to it never leave a node." }
        if address.isLinkLocal {
            return "It is a link-local address: it means something on one link only, and nothing is redirected to it."
        }
        if place.programs.contains(where: { $0.outcome == "not_unicast" }) || address.isMulticastOrBroadcast {
            return "It is no address that a pod may have."
        }
        guard let device = kernel.device?.interface else {
            let asked = kernel.fib.map(\.lookup).flatMap { $0 == "not-asked" ? nil : $0 }
            return "The kernel does not forward to it (\(asked ?? kernel.getroute))."
        }
        if let gateway = kernel.fib?.nextHop ?? kernel.route?.gateway, gateway != address {
            return "It is nothing of this node: the kernel sends it to \(gateway) on \(device)."
        }
        let reaches = "The kernel reaches it on \(device) directly"
        let isWidened = place.programs.contains { $0.membership == .onLink && $0.fate == .redirected }
        return isWidened ? reaches + ": under on-link it would be redirected, which no map asks for." : reaches + "."
    }
}
