import Kernel
import Model

/// Turns the facts of one entry into verdict, effect and note. No kernel, no clock: a function.
public enum Judge {
    public static func finding(_ facts: EntryFacts) -> Finding {
        let (verdict, notes) = verdict(facts)
        let neighborMAC = facts.neighbor?.state.isDisjoint(with: .valid) == false ? facts.neighbor?.mac : nil
        let gateway = facts.probe.nextHop == facts.target.address ? nil : facts.probe.nextHop
        return Finding(
            address: facts.target.address,
            legacy: .init(
                ifindex: facts.target.ifindex, interface: facts.mapLink?.name, mac: facts.target.mac,
                sourceMAC: facts.target.sourceMAC),
            kernel: .init(
                lookup: facts.probe.result.name, ifindex: facts.probe.ifindex == 0 ? nil : facts.probe.ifindex,
                interface: facts.fibLink?.name, mac: neighborMAC, gateway: gateway,
                sourceMAC: facts.target.sourceMAC == nil ? nil : facts.fibLink?.mac),
            verdict: verdict, effect: effect(facts),
            note: (notes + staleNeighbor(facts) + disagreement(facts) + sourceNote(facts) + useNote(facts))
                .joined(separator: "; "))
    }

    // MARK: Effect: two facts, never the verdict.

    /// Whether a packet the legacy program redirects arrives; `nil` when the pod's side could not be read.
    static func deliveredToday(_ facts: EntryFacts) -> Bool? {
        guard let link = facts.mapLink, link.isUp else { return false }
        switch facts.mapPeer {
        case .link(let peer): return peer.mac == facts.target.mac && facts.mapPeerHolds
        case .none, .unreadable: return nil
        }
    }

    /// Whether a packet the replacement redirects arrives; `nil` when the pod's side could not be read.
    static func deliveredAfterwards(_ facts: EntryFacts) -> Bool? {
        guard facts.probe.outcome == .redirected else { return false }
        switch facts.fibPeer {
        case .link(let peer): return facts.fibPeerHolds && !isWrongForEver(facts.neighbor, peer)
        case .none, .unreadable: return nil
        }
    }

    /// Whether the kernel's neighbor has a MAC that is not the pod's and that nobody will ask for again.
    private static func isWrongForEver(_ neighbor: Neighbor?, _ peer: Link) -> Bool {
        StaleNeighbor(neighbor, behind: peer)?.isForEver ?? false
    }

    static func effect(_ facts: EntryFacts) -> Effect {
        // Nothing comes by this way today, and nothing will: nothing to break. Whether the map is right is still told.
        if facts.isUnused { return deliveredToday(facts) == true ? .same : .healed }
        return switch (deliveredToday(facts), deliveredAfterwards(facts)) {
        case (true?, true?): .same
        case (false?, true?): .healed
        case (true?, false?): .broken
        case (false?, false?): facts.isHeld || facts.isLocal ? .stillBroken : .gone
        case (nil, _), (_, nil): .unknown
        }
    }

    /// How an entry fares at a hook, the worst first: by effect, then by verdict.
    static func rank(_ effect: Effect, _ verdict: Verdict) -> Int {
        let order: [Effect] = [.broken, .unknown, .stillBroken, .gone, .healed, .same]
        return (order.firstIndex(of: effect) ?? 0) * Verdict.allCases.count
            + (Verdict.allCases.firstIndex(of: verdict) ?? 0)
    }

    // MARK: Verdict: the first that applies.

    private static func verdict(_ facts: EntryFacts) -> (Verdict, [String]) {
        if facts.isLocal { return (.localAddress, []) }
        switch facts.probe.result {
        case .blackhole, .unreachable, .prohibit: return (.unreachable, ["a \(facts.probe.result.name) route"])
        case .forwardingDisabled: return (.noRoute, ["forwarding is off on the hook's interface"])
        case .notForwarded: return (.noRoute, [])
        case .unsupportedTunnel: return (.unsupportedDevice, ["the route has a tunnel encapsulation"])
        default: break
        }
        if facts.probe.outcome == .notUnicast { return (.noRoute, ["not a unicast destination"]) }
        guard let link = facts.fibLink else { return (.noRoute, ["the lookup said \(facts.probe.result.name)"]) }
        if let why = unsupported(link) { return (.unsupportedDevice, [why]) }
        if facts.probe.nextHop != facts.target.address { return (.viaGateway, staleness(facts)) }
        switch facts.probe.outcome {
        case .deviceDenied: return (.unsupportedDevice, ["\(link.name) is on the deny list"])
        case .deviceUnfit:
            return (.unsupportedDevice, ["\(link.name) is of another link type than the hook's interface, or a port"])
        case .sameDevice: return (.unsupportedDevice, [sameDevice])
        case .fibMiss, .error: return (.noRoute, ["the lookup said \(facts.probe.result.name)"])
        default: break
        }
        if facts.isUnused { return (.unsupportedDevice, [sameDevice]) }
        if let rule = facts.packetRule {
            return (.dependsOnPacket, ["rule \(rule.priority) selects on more than the destination"])
        }
        if facts.route?.route?.isMultipath == true { return (.dependsOnPacket, ["a multipath route"]) }
        if facts.mapLink == nil { return (.staleInterface, neighborNote(facts)) }
        if facts.probe.ifindex != facts.target.ifindex { return (.interfaceMismatch, neighborNote(facts)) }
        return addressVerdict(facts)
    }

    /// Right interface, right route: what is left are MAC and neighbor.
    private static func addressVerdict(_ facts: EntryFacts) -> (Verdict, [String]) {
        let neighborMAC = facts.neighbor?.state.isDisjoint(with: .valid) == false ? facts.neighbor?.mac : nil
        switch facts.fibPeer {
        case .link(let peer):
            if peer.mac != facts.target.mac { return (.macMismatch, neighborNote(facts)) }
            if let neighborMAC, neighborMAC != peer.mac { return (.neighborDiffers, []) }
        case .none, .unreadable:
            if let neighborMAC, neighborMAC != facts.target.mac {
                return (.macMismatch, ["the pod's side could not be read"])
            }
        }
        if facts.neighbor?.state.contains(.failed) == true { return (.neighborFailed, []) }
        if neighborMAC == nil { return (.unresolvedNeighbor, []) }
        return (.match, [])
    }

    /// Why nothing may be redirected to such a device, or `nil`.
    private static func unsupported(_ link: Link) -> String? {
        if link.kind == "bridge" { return "\(link.name) is a bridge" }
        if link.kind == "openvswitch" { return "\(link.name) is an Open vSwitch port" }
        if !link.isEthernet { return "\(link.name) is a layer 3 device" }
        if link.master != nil { return "\(link.name) is enslaved to another device" }
        return nil
    }

    /// A difference by design: whatever the map says, a packet leaves with the address of the device it leaves by.
    private static func sourceNote(_ facts: EntryFacts) -> [String] {
        guard let source = facts.target.sourceMAC, let own = facts.fibLink?.mac, source != own else { return [] }
        return ["the map's source MAC is \(source), afterwards it is \(own)"]
    }

    private static let sameDevice = "the packet would leave where it came in"

    /// What the kernel's neighbor has to do with it, where it is not the pod's: packets that arrive by the kernel's routes
    /// arrive only once it has noticed, and that is no mismatch of map and routes.
    private static func staleNeighbor(_ facts: EntryFacts) -> [String] {
        guard let stale = stale(facts) else { return [] }
        let whose = stale.mac == facts.target.mac ? ", the map's MAC as well" : ""
        let until =
            stale.isForEver
            ? "for ever (it is permanent)" : "until the kernel notices, up to about \(StaleNeighbor.seconds) s,"
        return ["\(until) packets would go to \(stale.mac)\(whose)"]
    }

    /// The neighbor of packets that would be redirected to who has the address, where it is another's.
    static func stale(_ facts: EntryFacts) -> StaleNeighbor? {
        guard facts.probe.outcome == .redirected, !facts.isUnused, facts.fibPeerHolds,
            case .link(let peer) = facts.fibPeer
        else { return nil }
        return StaleNeighbor(facts.neighbor, behind: peer)
    }

    private static func useNote(_ facts: EntryFacts) -> [String] {
        facts.isUnused ? ["its pod is behind the only hook: no packet takes this redirect, today or afterwards"] : []
    }

    private static func staleness(_ facts: EntryFacts) -> [String] {
        facts.mapLink == nil ? ["the map's interface \(facts.target.ifindex) is gone"] : []
    }

    private static func neighborNote(_ facts: EntryFacts) -> [String] {
        guard let neighbor = facts.neighbor else { return ["no neighbor yet"] }
        return neighbor.state.isDisjoint(with: .valid) ? ["neighbor is \(neighbor.state.name)"] : []
    }

    /// The two doors name different devices, or only `RTM_GETROUTE` names one. An error of the latter is no
    /// answer: EINVAL and EHOSTUNREACH also stand for checks of the source that the FIB helper does not make.
    static func disagreement(_ facts: EntryFacts) -> [String] {
        guard let route = facts.route?.route, !route.isMultipath, route.kind == .unicast,
            let output = route.outputInterface ?? route.nextHops.first?.ifindex, output != facts.probe.ifindex
        else { return [] }
        if facts.probe.ifindex == 0 {
            let refused: [FIBResult] = [.notForwarded, .blackhole, .unreachable, .prohibit]
            guard refused.contains(facts.probe.result) else { return [] }
            return ["RTM_GETROUTE names ifindex \(output), bpf_fib_lookup says \(facts.probe.result.name)"]
        }
        return ["RTM_GETROUTE names ifindex \(output), bpf_fib_lookup \(facts.probe.ifindex)"]
    }
}
