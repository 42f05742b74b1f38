/// The same numbers for the same seed, on any host (SplitMix64, Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// Numbers that are near each other come out far apart.
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

extension IPAddress {
    /// Where the address stands when some of many are taken at random, the same ones for the same seed.
    public func rank(seed: UInt64) -> UInt64 {
        switch self {
        case .v4(let value): SeededGenerator.mixed(seed ^ SeededGenerator.mixed(UInt64(value)))
        case .v6(let value):
            SeededGenerator.mixed(
                seed ^ SeededGenerator.mixed(UInt64(truncatingIfNeeded: value))
                    ^ SeededGenerator.mixed(~UInt64(truncatingIfNeeded: value >> 64)))
        }
    }
}
