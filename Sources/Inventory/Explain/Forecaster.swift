import Kernel
import Model

/// What each program does with a packet to the address that comes in at one hook. No kernel: a function of what both said.
struct Forecaster {
    typealias Forecast = ExplanationDocument.Forecast

    let address: IPAddress
    let contract: Profile.Contract
    let topology: Topology
    /// Names of the maps of the address's family that the legacy program at this hook reads.
    let maps: [String]
    /// What one of these says; `nil` when none holds the address.
    let target: LegacyTarget?
    /// Names of the maps that `legacy-keys` asks, and whether the address, as it spells it, is a key of one.
    let keyMaps: [String]
    let isKey: Bool
    /// A key whose packets are delivered by the interface that the FIB names.
    let member: IPAddress?
    let probe: FIBProbe.Answer
    /// What the replacement never redirects to.
    let denied: [Decision.DeniedDevice]
    /// Names of the hook's interface.
    let input: Link

    /// The legacy program first, then the replacement under each membership.
    ///
    /// - Parameter attached: the membership of the replacement that is attached now; `nil` where the legacy program is.
    func all(attached: Membership?, isOurs: Bool) -> [Forecast] {
        var legacy = self.legacy()
        legacy.isAttached = !isOurs
        return [legacy]
            + Membership.allCases.map { mode in
                var forecast = replacement(mode)
                forecast.isAttached = isOurs && attached == mode
                return forecast
            }
    }

    // MARK: The legacy program: its contract and its map.

    func legacy() -> Forecast {
        if let miss = notEligible(.legacy, nil) { return miss }
        guard let target else {
            let why =
                maps.isEmpty
                ? "it reads no map of \(address.family.rawValue) addresses"
                : "\(maps.joined(separator: ", ")) does not hold it"
            return Forecast(program: .legacy, fate: missFate, outcome: "miss", why: why)
        }
        var hit = Forecast(
            program: .legacy, fate: .redirected, outcome: "hit", ifindex: target.ifindex,
            mac: target.mac, why: "the map says so")
        guard let link = topology.link(target.ifindex) else {
            hit.fate = .dropped
            hit.why = "the map says ifindex \(target.ifindex), and that interface is gone"
            return hit
        }
        hit.interface = link.name
        guard link.isUp else {
            hit.fate = .dropped
            hit.why = "the map says \(link.name), which is down"
            return hit
        }
        if case .link(let peer) = topology.peer(of: link), let own = peer.mac, own != target.mac {
            hit.why = "the map says so; but behind \(link.name) is \(own), which takes no packet for \(target.mac)"
        }
        return hit
    }

    // MARK: The replacement: membership, then the decision that the probe shares with it.

    func replacement(_ membership: Membership) -> Forecast {
        if let miss = notEligible(.replacement, membership) { return miss }
        if membership == .legacyKeys && !isKey {
            let why =
                keyMaps.isEmpty
                ? "no map holds keys of \(address.family.rawValue)"
                : "it is no key of \(keyMaps.joined(separator: ", "))"
            return Forecast(
                program: .replacement, membership: membership, fate: missFate,
                outcome: RedirectOutcome.notMember.name, why: why)
        }
        switch membership {
        case .onLink: return decided(membership)
        case .legacyKeys: return decided(membership, isMember: true)
        case .enrolled: return enrolled(membership)
        }
    }

    /// Who is a member is known once the FIB has named the interface (`fib_redirect_enrolled`).
    private func enrolled(_ membership: Membership) -> Forecast {
        let device = topology.link(probe.ifindex)?.name ?? "ifindex \(probe.ifindex)"
        let isOnLink: Set<RedirectOutcome> = [.redirected, .sameDevice, .deviceDenied, .deviceUnfit]
        guard let member, isOnLink.contains(probe.outcome) else {
            guard probe.outcome == .redirected else { return decided(membership) }
            return Forecast(
                program: .replacement, membership: membership, fate: missFate, outcome: RedirectOutcome.notMember.name,
                why: "\(device) has no member behind it: no key's packets are delivered by it")
        }
        var forecast = decided(membership, isMember: true)
        if probe.outcome == .redirected { forecast.why += "; \(member) is a member behind it" }
        return forecast
    }

    private func decided(_ membership: Membership, isMember: Bool = false) -> Forecast {
        var forecast = Forecast(
            program: .replacement, membership: membership, fate: missFate, outcome: probe.outcome.name, why: why)
        if probe.outcome == .redirected {
            forecast.fate = .redirected
            forecast.ifindex = probe.ifindex
            forecast.interface = topology.link(probe.ifindex)?.name
            forecast.mac = probe.mac
        } else if isMember && contract.onFailure == .drop {
            // A member that went to the stack might come back here for ever.
            forecast.fate = .dropped
            forecast.why += "; the contract drops a member that the FIB cannot place"
        }
        return forecast
    }

    /// Why the decision is as it is, in `decide.h`'s order.
    private var why: String {
        let device = topology.link(probe.ifindex)?.name ?? "ifindex \(probe.ifindex)"
        switch probe.outcome {
        case .redirected:
            return probe.mac == nil
                ? "it is its own next hop on \(device); the kernel asks for its MAC when it sends"
                : "it is its own next hop on \(device)"
        case .notUnicast: return "it is no unicast address that a pod may have"
        case .fibMiss:
            return topology.holds(address, netns: topology.node)
                ? "the node itself has it (\(probe.result.name))" : "the FIB says \(probe.result.name)"
        case .gateway: return "its next hop is \(probe.nextHop.map { "\($0)" } ?? "another one") on \(device)"
        case .sameDevice: return "it would leave by \(device), where it came in"
        case .deviceDenied:
            let reason = denied.first { $0.netns == topology.node && $0.ifindex == probe.ifindex }?.why
            return "\(device) is never redirected to" + (reason.map { ": it \($0)" } ?? "")
        case .deviceUnfit: return unfit(device)
        case .notEligible, .notMember, .error, .dropped: return probe.outcome.name
        }
    }

    private func unfit(_ device: String) -> String {
        guard let link = topology.link(probe.ifindex) else { return "\(device) is of another link type" }
        if let master = link.master.flatMap({ topology.link($0) }) { return "\(device) is a port of \(master.name)" }
        return "\(device) is \(link.kind.map { "a \($0)" } ?? "no virtual interface"), \(input.name) is "
            + (input.kind.map { "a \($0)" } ?? "none")
    }

    // MARK: What both share.

    /// What becomes of a packet that is not redirected.
    private var missFate: Forecast.Fate { contract.onMiss == .next ? .next : .stack }

    private func notEligible(_ program: Forecast.Program, _ membership: Membership?) -> Forecast? {
        guard !contract.families.contains(address.family) else { return nil }
        let families = contract.families.map(\.rawValue).joined(separator: " and ")
        return Forecast(
            program: program, membership: membership, fate: missFate, outcome: RedirectOutcome.notEligible.name,
            why: "the contract is about \(families) only")
    }
}
