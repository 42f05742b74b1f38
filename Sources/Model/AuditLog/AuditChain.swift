/// The records of a log in the order in which they were written, and what shows that they are not all, or not the same.
///
/// Records are followed by their hashes, not by their place: so a change is named where it was made, and not at every record
/// after it. Whoever may write the file can compute all hashes anew from there on; against that only a head helps that was
/// kept elsewhere (``judge(expecting:machine:)``).
public struct AuditChain: Sendable {
    let items: [AuditItem]
    /// What is wrong with it by itself.
    public private(set) var findings: [AuditFinding] = []

    /// How many records it has.
    public var count: Int { items.count }
    /// The first record, as it says; `nil` where it was changed.
    public var first: AuditLink? { items.first.flatMap { $0.isWhole ? $0.link : nil } }
    public var head: AuditHead? { items.last.map { AuditHead(sequence: $0.sequence, hash: $0.hash) } }

    /// - Parameter lines: as they were found.
    public init(_ lines: [AuditLine]) {
        let found = AuditItem.items(lines)
        let walk = AuditWalk(found)
        items = walk.chain.map { found[$0] }
        findings = items.filter { !$0.isWhole }.map { .edited($0.sequence) }
        findings += walk.gaps.map(AuditFinding.removed)
        findings += exchanged(walk).map(AuditFinding.edited)
        findings += walk.leftOver.map { .inserted(after: found[$0].sequence - 1) }
        findings += moved().map(AuditFinding.moved)
        if let first = items.first, first.link?.kind != AuditLink.genesisKind, first.isWhole, first.sequence == 0 {
            findings.append(.edited(0))
        }
        addOtherMachine()
    }

    /// Records that were written anew with a hash that fits them: one between two broken links, or, where one link is broken,
    /// the record that the next one does not name any more.
    private func exchanged(_ walk: AuditWalk) -> [Int] {
        let known = Set(items.filter { !$0.isWhole }.map(\.sequence))
        var exchanged: [Int] = []
        let gapsAfter = Set(walk.gaps.map { $0.lowerBound - 1 })
        var rest = walk.brokenAfter[...]
        while let sequence = rest.popFirst() {
            if rest.first == sequence + 1 {
                rest.removeFirst()
                exchanged.append(sequence + 1)
            } else {
                exchanged.append(gapsAfter.contains(sequence + 1) ? sequence + 1 : sequence)
            }
        }
        return exchanged.filter { !known.contains($0) && !known.contains($0 + 1) }
    }

    /// Those that stand behind a later one; else, where only the rows' numbers are others, the first of these.
    private func moved() -> [Int] {
        var last = -1
        let moved = items.filter { item in
            defer { last = max(last, item.position) }
            return item.position < last
        }
        if !moved.isEmpty || !findings.isEmpty { return moved.map(\.sequence) }
        return items.first { $0.row != nil && $0.row != $0.sequence }.map { [$0.sequence] } ?? []
    }

    private mutating func addOtherMachine() {
        guard let first = items.first(where: \.isWhole)?.link?.machineID else { return }
        for item in items where item.isWhole {
            guard let machine = item.link?.machineID, machine != first else { continue }
            findings.append(.otherMachine(sequence: item.sequence, found: machine, expected: first))
            return
        }
    }
}
