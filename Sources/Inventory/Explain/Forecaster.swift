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
    /// Of an attached program under `enrolled`: whether its set holds the interface that the FIB names. `nil` asks for the
    /// set that an apply of now would make.
    var isInSet: Bool?
    let probe: FIBProbe.Answer
    /// What the replacement never redirects to.
    let denied: [Decision.DeniedDevice]
    /// Names of the hook's interface.
    let input: Link
    /// Whether the legacy program can still be put back.
    var isLegacyLoaded = true

    /// The legacy program first, then the replacement under each membership.
    ///
    /// - Parameter attached: the membership of the replacement that is attached now; `nil` where the legacy program is.
    func all(attached: Membership?, isOurs: Bool) -> [Forecast] {
        var legacy = self.legacy()
        legacy.isAttached = !isOurs
        if !isLegacyLoaded { legacy.why += "; but it is not loaded any more" }
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
        if let isInSet {
            guard isOnLink.contains(probe.outcome) else { return decided(membership) }
            if isInSet {
                var forecast = decided(membership, isMember: true)
                forecast.why += "; \(device) is in its set"
                return forecast
            }
            guard probe.outcome == .redirected else { return decided(membership) }
            return Forecast(
                program: .replacement, membership: membership, fate: missFate, outcome: RedirectOutcome.notMember.name,
                why:
                    "\(device) is not in its set, which was made when it was attached; interfaces that went are taken out"
            )
        }
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
            forecast.why += lateness
        } else if isMember && contract.onFailure == .drop {
            // A member that went to the stack might come back here for ever.
            forecast.fate = .dropped
            forecast.why += "; the contract drops a member that the FIB cannot place"
        }
        return forecast
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
