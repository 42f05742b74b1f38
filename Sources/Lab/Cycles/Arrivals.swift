/// What the application got of one flow.
struct Arrivals {
    private(set) var seen = SequenceSet()
    private var highest: UInt64?
    /// Numbers of further copies, in the order in which they came.
    private(set) var copies: [UInt64] = []
    /// Numbers that a later one overtook.
    private(set) var overtaken: [UInt64] = []

    mutating func record(_ sequence: UInt64) {
        guard seen.insert(sequence) else { return copies.append(sequence) }
        if let highest, sequence < highest { overtaken.append(sequence) }
        highest = max(highest ?? 0, sequence)
    }
}
