/// Which numbers of a dense sequence from 0 have been seen: one bit each.
struct SequenceSet {
    fileprivate var words: [UInt64] = []
    private(set) var count: UInt64 = 0

    /// `false` if it was there already.
    mutating func insert(_ number: UInt64) -> Bool {
        let index = Int(number / 64)
        if index >= words.count { words += repeatElement(0, count: index + 1 - words.count) }
        let bit: UInt64 = 1 << (number % 64)
        guard words[index] & bit == 0 else { return false }
        words[index] |= bit
        count += 1
        return true
    }
}

extension SequenceSet {
    func contains(_ number: UInt64) -> Bool {
        let index = Int(number / 64)
        return index < words.count && words[index] & (1 << (number % 64)) != 0
    }
}
