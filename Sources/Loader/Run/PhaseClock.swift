import Model
import Kernel

/// How long each phase took, in microseconds of the monotonic clock.
struct PhaseClock {
    private(set) var timings: [String: Int] = [:]

    mutating func measure<T, Failure: Error>(_ phase: RunPhase, _ act: () throws(Failure) -> T) throws(Failure) -> T {
        let start = ContinuousClock.now
        defer {
            let spent = start.duration(to: .now).components
            timings["\(phase.rawValue)_us", default: 0] +=
                Int(spent.seconds) * 1_000_000 + Int(spent.attoseconds / 1_000_000_000_000)
        }
        return try act()
    }
}

/// Says a failed act in the operator's words.
func acting<Value: ~Copyable>(_ what: String, _ body: () throws(KernelError) -> Value) throws(MigrateError) -> Value {
    do { return try body() } catch { throw cannot(what, error) }
}

/// What could not be done, in the operator's words.
func cannot(_ what: String, _ error: KernelError) -> MigrateError {
    if error.code == .rejected {
        return MigrateError(
            .verifier, "cannot \(what)", facts: ["\(error.operation) \(error.subject)"] + error.verifierWords,
            remedy: "See what this kernel has:  migrate preflight")
    }
    return MigrateError(
        error.lacksRight ? .needsRoot : .kernelRead, "cannot \(what)", facts: [error.description],
        remedy: "Look at the machine:  migrate preflight")
}
