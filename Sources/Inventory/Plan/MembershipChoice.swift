import Model

/// `auto`: which membership keeps what a map miss meant.
enum MembershipChoice {
    struct Choice {
        var membership: Membership
        var why: String
        var blocker: PlanDocument.Blocker?
    }

    static func choose(_ asked: Membership?, survey: Survey) -> Choice {
        choose(asked, profile: survey.profile, maps: survey.legacyMaps)
    }

    static func choose(
        _ asked: Membership?, profile: Profile, maps: [(layout: Profile.LegacyMap, record: MapRecord)]
    ) -> Choice {
        if let asked { return Choice(membership: asked, why: "asked for with --membership", blocker: nil) }
        if profile.members == .allLocalPods {
            return Choice(membership: .onLink, why: "the profile says that every local pod is a member", blocker: nil)
        }
        let holders = maps.flatMap(\.record.holders)
        // Whoever opened it read-only keeps nothing.
        let writers = holders.filter { profile.writers.processes.contains($0.command) && $0.writable != false }
        if let writer = writers.first {
            return Choice(
                membership: .legacyKeys,
                why: "only enrolled pods are members, and \(writer.command) (pid \(writer.pid)) keeps the keys",
                blocker: nil)
        }
        let pins = maps.map(\.record.title).joined(separator: ", ")
        return Choice(
            membership: .legacyKeys, why: "undecided: nobody alive keeps the keys",
            blocker: .init(
                .membershipUndecided,
                "only enrolled pods are in \(pins), and none of its writers (\(profile.writers.processes.joined(separator: ", "))) holds it",
                remedy:
                    "Choose:  --membership on-link (every local pod), enrolled (the interfaces of today's keys) or legacy-keys (the keys as they are)"
            ))
    }
}
