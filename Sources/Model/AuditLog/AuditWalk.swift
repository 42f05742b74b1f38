/// The way through records from the first on: from each to the one that names its hash.
struct AuditWalk {
    /// Indices of records, in the order in which they were written.
    private(set) var chain: [Int] = []
    /// Sequences that nothing has.
    private(set) var gaps: [ClosedRange<Int>] = []
    /// Records whose successor is there by its number, and names another hash.
    private(set) var brokenAfter: [Int] = []
    /// On no way.
    private(set) var leftOver: [Int] = []

    private let items: [AuditItem]
    private let byPrevious: [String: [Int]]
    /// By sequence, then as they were found.
    private let ordered: [Int]
    /// How many records follow one, by their hashes: of two that claim the same place the longer way is the log's.
    private var depth: [Int]

    init(_ items: [AuditItem]) {
        self.items = items
        byPrevious = Dictionary(grouping: items.indices.filter { items[$0].previous != nil }) {
            items[$0].previous ?? ""
        }
        ordered = items.indices.sorted {
            (items[$0].sequence, items[$0].position) < (items[$1].sequence, items[$1].position)
        }
        depth = Array(repeating: 0, count: items.count)
        for index in ordered.reversed() {
            depth[index] = 1 + (successors(of: index).map { depth[$0] }.max() ?? 0)
        }
        follow()
    }

    private func successors(of index: Int) -> [Int] {
        (byPrevious[items[index].hash] ?? []).filter { items[$0].sequence == items[index].sequence + 1 }
    }

    /// The first of those with the longest way.
    private func best(_ indices: some Sequence<Int>) -> Int? {
        indices.reduce(nil) { best, index in best.map { depth[index] > depth[$0] ? index : $0 } ?? index }
    }

    private mutating func follow() {
        var next = 0, isUsed = Array(repeating: false, count: items.count)
        var current = -1
        /// Those with the smallest number above `sequence`.
        func claimants(above sequence: Int) -> [Int] {
            while next < ordered.count, items[ordered[next]].sequence <= sequence { next += 1 }
            guard next < ordered.count else { return [] }
            let number = items[ordered[next]].sequence
            return Array(ordered[next...].prefix { items[$0].sequence == number })
        }
        while true {
            let sequence = current < 0 ? -1 : items[current].sequence
            let known = current < 0 ? [] : successors(of: current)
            guard let index = best(known) ?? best(claimants(above: sequence)) else { break }
            let found = items[index].sequence
            if found > sequence + 1 {
                gaps.append(sequence + 1...found - 1)
            } else if known.isEmpty, current >= 0 {
                brokenAfter.append(sequence)
            }
            chain.append(index)
            isUsed[index] = true
            current = index
        }
        leftOver = items.indices.filter { !isUsed[$0] }
    }
}
