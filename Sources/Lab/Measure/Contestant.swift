import Kernel

/// A program that is measured, under the name the results have for it.
///
/// A class, as the descriptor inside has one owner and contestants stand in lists.
final class Contestant: Sendable {
    let name: String
    let program: BPFProgram
    /// Whether it counts outcomes: a replacement does.
    let counts: Bool
    /// The one that it calls, whose counters are its own.
    private let called: Contestant?
    /// The prog_array that it calls through: the kernel empties one whose last descriptor goes.
    private let slot: DeploymentMap?

    /// What the program needs to live beside it.
    private let kept: (any AnyObject & Sendable)?

    init(
        _ name: String, _ program: consuming BPFProgram, counts: Bool = false,
        keeping kept: (any AnyObject & Sendable)? = nil
    ) {
        self.name = name
        self.program = program
        self.counts = counts
        self.kept = kept
        called = nil
        slot = nil
    }

    /// A program that calls another one, through a slot.
    init(_ name: String, _ program: consuming BPFProgram, calling called: Contestant, through slot: DeploymentMap) {
        self.name = name
        self.program = program
        self.called = called
        self.slot = slot
        kept = nil
        counts = called.counts
    }

    /// Packets so far by outcome; empty for programs that do not count.
    func outcomes() throws(KernelError) -> [String: UInt64] {
        if let called { return try called.outcomes() }
        return counts ? try ReplacementObject.counters(ofProgram: program.record.reference.id) : [:]
    }
}

extension [Contestant] {
    /// In another order each round, so that nobody always follows the same one.
    func inTurn(_ round: Int) -> [Contestant] {
        let first = isEmpty ? 0 : round % count
        let turned = Array(self[first...] + self[..<first])
        return round / Swift.max(count, 1) % 2 == 0 ? turned : turned.reversed()
    }
}
