extension AuditChain {
    /// What is wrong with it, by itself and beside what somebody kept elsewhere.
    ///
    /// - Parameters:
    ///   - expected: heads that were there once, in any order.
    ///   - machine: whose log it is to be; `nil`: anybody's.
    public func judge(expecting expected: [AuditHead], machine: String? = nil) -> [AuditFinding] {
        var all = findings
        if let machine, let first, first.machineID != machine {
            all.append(.otherMachine(sequence: first.sequence, found: first.machineID, expected: machine))
        }
        let hashes = Dictionary(items.map { ($0.sequence, $0.hash) }) { first, _ in first }
        let known = Set(hashes.values)
        let shared = expected.compactMap { head in head.sequence.flatMap { hashes[$0] == head.hash ? $0 : nil } }
        for head in expected {
            guard let sequence = head.sequence else {
                if !known.contains(head.hash) { all.append(.unknownHead(head)) }
                continue
            }
            guard let there = hashes[sequence] else {
                // One of a gap is missing by itself already.
                if sequence > items.last?.sequence ?? -1 {
                    all.append(.cutOff(last: items.last?.sequence, expected: head))
                }
                continue
            }
            if there != head.hash {
                all.append(.forked(expected: head, shared: shared.filter { $0 < sequence }.max()))
            }
        }
        return all
    }
}
