import CKernel

/// Who delivered each packet, as the witness wrote it down: four bits a packet.
struct WitnessMarks {
    let words: [UInt64]
    let wordsPerFlow: Int

    func mark(flow: Int, _ sequence: UInt64) -> Mark {
        let lane = Int(sequence % UInt64(WITNESS_LANES))
        let index = flow * wordsPerFlow + Int(sequence / UInt64(WITNESS_LANES))
        return Mark(rawValue: UInt8(truncatingIfNeeded: words[index] >> UInt64(4 * lane)) & 0xf)
    }

    struct Mark: OptionSet {
        let rawValue: UInt8
        static let legacy = Mark(rawValue: UInt8(WITNESS_LEGACY))
        static let replacement = Mark(rawValue: UInt8(WITNESS_REPLACEMENT))
    }
}

/// Frames at the pods, by where they were seen and what they are.
struct WitnessCounts: Equatable {
    private let counters: [UInt64]

    init(_ counters: [UInt64]) { self.counters = counters }

    static func - (now: Self, before: Self) -> Self { Self(zip(now.counters, before.counters).map { $0 - $1 }) }

    /// As the program met them: a super-packet is one.
    func frames(_ place: witness_place, _ kind: witness_class) -> UInt64 {
        counters[Int(place.rawValue * WITNESS_CLASSES.rawValue + kind.rawValue)]
    }

    func frames(_ place: witness_place) -> UInt64 {
        [WITNESS_UDP, WITNESS_TCP, WITNESS_OTHER].reduce(0) { $0 + frames(place, $1) }
    }
}
