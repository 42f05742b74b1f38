import Model

/// The destinations that packets are made for at one hook.
enum PacketTargets {
    /// Entries, and widened destinations, that get every kind of packet: this many of each family and effect.
    static let thorough = 8
    /// Widened destinations, at most.
    static let widenedLimit = 1024
    /// Entries whose neighbors by number are tried, at most.
    static let besideLimit = 64

    /// - Parameters:
    ///   - isFirst: whether no other hook has the same program; the others get a few packets of each kind.
    ///   - own: the node's own addresses.
    static func all(
        entries: [EntrySample.Entry], isPart: Bool, widened: [IPAddress], families: Set<AddressFamily>,
        own: Set<IPAddress>, isFirst: Bool
    ) -> [(target: PacketTarget, thorough: Bool)] {
        var found: [(target: PacketTarget, thorough: Bool)] = []
        var seen: Set<IPAddress> = []
        var counts: [String: Int] = [:]
        func offer(_ address: IPAddress, _ role: DestinationRole, _ finding: Finding? = nil, thorough: Bool = true) {
            guard seen.insert(address).inserted else { return }
            found.append((PacketTarget(address, role, finding: finding), thorough && isFirst))
        }
        func isEarly(_ address: IPAddress, _ what: String) -> Bool {
            let group = "\(address.family.rawValue) \(what)"
            counts[group, default: 0] += 1
            return counts[group, default: 0] <= thorough
        }
        for entry in entries {
            let finding = entry.finding
            offer(
                finding.address, .entry, finding, thorough: isEarly(finding.address, finding.effect.rawValue))
        }
        for address in widened.prefix(widenedLimit) {
            offer(address, .widened, thorough: isEarly(address, "widened"))
        }
        for address in own.sorted().prefix(8) { offer(address, .special, thorough: isEarly(address, "own")) }
        for family in AddressFamily.allCases {
            for address in SpecialDestinations.all(family) {
                offer(address, .special, thorough: families.contains(family))
            }
            for address in SpecialDestinations.nobodys(family) {
                offer(address, .unknown, thorough: families.contains(family))
            }
        }
        // Of a part of the entries it is not known what stands beside them.
        if !isPart {
            for entry in entries.prefix(besideLimit) {
                for address in SpecialDestinations.beside(entry.finding.address) {
                    offer(address, .unknown, thorough: false)
                }
            }
        }
        return found
    }

    /// So many of them, taken from each role in turn.
    static func some(
        _ targets: [(target: PacketTarget, thorough: Bool)], _ count: Int
    ) -> [(target: PacketTarget, thorough: Bool)] {
        guard count < targets.count else { return targets }
        var turns: [DestinationRole: Int] = [:]
        let ranked = targets.enumerated().map { place, one in
            turns[one.target.role, default: 0] += 1
            return (turn: turns[one.target.role, default: 0], place: place)
        }
        let kept = ranked.sorted { ($0.turn, $0.place) < ($1.turn, $1.place) }.prefix(count).map(\.place)
        return kept.sorted().map { targets[$0] }
    }
}
