import Model

/// Entries that packets are made for: all of a small map; of a large one first those that packets reach, today or
/// afterwards, then others, drawn by their addresses.
struct EntrySample: Sendable {
    /// Above this many, entries are drawn.
    static let limit = 4096

    /// An entry, and which of the survey's legacy maps holds it.
    struct Entry: Sendable {
        var map: Int
        var finding: Finding
    }

    private var kept: Smallest<UInt64, Entry>
    private let seed: UInt64
    private let isWanted: Bool

    /// - Parameter seed: `nil` where no packets are to be made.
    init(seed: UInt64?) {
        kept = Smallest(seed == nil ? 0 : Self.limit)
        self.seed = seed ?? 0
        isWanted = seed != nil
    }

    mutating func offer(_ map: Int, _ target: LegacyTarget, _ judgement: Judgement) {
        guard isWanted else { return }
        let isReached = [.same, .healed, .broken].contains(judgement.effect)
        let rank = target.address.rank(seed: seed) >> 1 | (isReached ? 0 : 1 << 63)
        kept.offer(rank, Entry(map: map, finding: judgement.finding(of: target)))
    }

    /// In the order they were drawn.
    var entries: [Entry] { kept.elements }
    /// Whether there are more than were drawn.
    var isPart: Bool { kept.total > kept.elements.count }
}
