import Model

/// Signs that the profile reads a map wrongly. A layout that fits by size alone decodes to something.
enum ProfileDoubts {
    /// Not one destination of a family is an address of any namespace here.
    static func blockers(_ findings: [Finding], profile: Profile) -> [PlanDocument.Blocker] {
        groups(findings, profile).filter { $0.findings.allSatisfy { $0.effect == .gone } }.map { group in
            .init(
                .addressesNotHere,
                "none of the \(group.findings.count) addresses of \(group.pins) is on this node, first \(group.findings[0].address)",
                remedy: "Check offset and byte_order of the key in the profile, or empty the map if it is dead.")
        }
    }

    /// The addresses are right, and the map delivers to none of them.
    static func warnings(_ findings: [Finding], profile: Profile) -> [PlanDocument.Blocker] {
        let delivered: Set<Effect> = [.same, .broken, .unknown]
        return groups(findings, profile).filter { group in
            !group.findings.contains { delivered.contains($0.effect) }
                && !group.findings.allSatisfy { $0.effect == .gone }
        }.map { group in
            .init(
                .mapDeliversNothing,
                "\(group.pins) delivers to none of its \(group.findings.count) destinations today, as the profile reads it",
                remedy:
                    "Check ifindex_offset, ifindex_width and destination_mac_offset; if they are right, every entry is stale."
            )
        }
    }

    /// Maps of one family are told apart by it.
    private static func groups(_ findings: [Finding], _ profile: Profile) -> [(pins: String, findings: [Finding])] {
        let byFamily = Dictionary(grouping: findings, by: \.address.family)
        return AddressFamily.allCases.compactMap { family in
            guard let found = byFamily[family] else { return nil }
            let pins = profile.maps.filter { $0.key.family == family }.map(\.pin)
            return (pins.joined(separator: ", "), found)
        }
    }
}
