import Kernel

/// Programs that take turns under `BPF_PROG_TEST_RUN`, in the calling thread's namespace.
enum TestRuns {
    /// - Parameter check: is given the first result of each, before anything is timed.
    /// - Throws: also when a replacement did not redirect every packet it was given.
    static func alternate(
        _ contestants: [Contestant], frame: [UInt8], ifindex: UInt32, rounds: Int, repeats: Int,
        check: (Contestant, TestRunResult) throws -> Void
    ) throws -> [Measurement.Series] {
        func run(_ contestant: Contestant, _ repeats: Int) throws(KernelError) -> TestRunResult {
            try TestRun.tc(contestant.program.descriptor, packet: frame, ifindex: ifindex, repeats: repeats)
        }
        var samples = [String: [UInt64]]()
        for contestant in contestants { try check(contestant, try run(contestant, 1)) }
        let before = try contestants.map { contestant in try contestant.outcomes() }
        for round in 0..<rounds {
            for contestant in contestants.inTurn(round) {
                samples[contestant.name, default: []].append(UInt64(try run(contestant, repeats).duration))
            }
        }
        for (contestant, before) in zip(contestants, before) where contestant.counts {
            try OutcomeCheck.require(
                contestant.name, before, try contestant.outcomes(), redirected: UInt64(rounds * repeats), exactly: true)
        }
        return contestants.map { Measurement.Series(name: $0.name, samples: samples[$0.name] ?? []) }
    }
}
