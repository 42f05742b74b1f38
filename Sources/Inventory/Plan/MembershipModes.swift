import Model

/// What each membership would come to on this node. All three are told, whichever is chosen.
///
/// The replacement decides alike in all of them up to the question who is a member. So the entries fare alike, too: a key
/// is a member under `legacy-keys`, and the set of `enrolled` is made of the interfaces by which keys are delivered. What
/// differs are destinations that no map holds, and keys that would be redirected to where nobody has the address.
struct MembershipModes {
    /// Destinations that no map holds and the program would redirect were it not for membership.
    let candidates: [Widening.Widened]
    let tally: EntryTally

    /// Redirected only afterwards, in the order of addresses.
    func widened(_ mode: Membership) -> [PlanDocument.Destination] {
        switch mode {
        case .onLink: candidates.map(\.destination)
        case .enrolled: candidates.filter { tally.enrolled.contains($0.device) }.map(\.destination)
        case .legacyKeys: []
        }
    }

    /// Redirected only today: the first in the order of addresses, and how many.
    func lost(_ mode: Membership) -> (first: [PlanDocument.Destination], total: Int) {
        let always = (tally.lost.elements, tally.lost.total)
        guard mode == .enrolled else { return always }
        let others = tally.strays.filter { !tally.enrolled.contains($0.key) }.values
        guard !others.isEmpty else { return always }
        let first = (always.0 + others.flatMap(\.elements)).sorted { $0.address < $1.address }
        return (Array(first.prefix(PlanDocument.listLimit)), others.reduce(always.1) { $0 + $1.total })
    }

    /// Interfaces that packets may leave by, as far as they are known now.
    func devices(_ mode: Membership) -> Set<DeviceKey> {
        let more = candidates.filter { mode == .onLink || tally.enrolled.contains($0.device) }.map(\.device)
        let strays = mode == .enrolled ? [] : Set(tally.strays.keys)
        return tally.enrolled.union(strays).union(mode == .legacyKeys ? [] : more)
    }

    /// Entries that deliver only afterwards, in the order of addresses. Whether the pod is still the one that the key was
    /// written for, nobody can tell: an address may have gone to another pod, and MACs are often made from addresses.
    var healed: [IPAddress] {
        Set(tally.delivered.filter { $0.finding.effect == .healed }.map(\.finding.address)).sorted()
    }

    /// The section of the plan.
    func section(
        _ choice: MembershipChoice.Choice, filters: [PacketFilter], enrolled: [EnrolledSet.Interface]
    ) -> PlanDocument.MembershipSection {
        let healed = healed
        let advice = { (mode: Membership) in
            FilteringAdvice.line(filters, membership: mode, widened: widened(mode).map(\.address), healed: healed)
        }
        let lines = Membership.allCases.map { mode in
            let more = widened(mode), less = lost(mode)
            return MembershipMode(
                mode: mode, widenedTotal: more.count, widenedFirst: more.map(\.address), lostTotal: less.total,
                lostFirst: less.first.map(\.address), effects: tally.section.effects, filtering: advice(mode))
        }
        let less = lost(choice.membership)
        return PlanDocument.MembershipSection(
            chosen: choice.membership, why: choice.why, widened: widened(choice.membership), lost: less.first,
            lostTotal: less.total,
            filtering: FilteringAdvice.line(
                filters, membership: choice.membership, widened: widened(choice.membership).map(\.address),
                onLink: widened(.onLink).map(\.address), healed: healed),
            modes: lines, enrolled: choice.membership == .enrolled ? EnrolledSet(enrolled) : nil)
    }
}
