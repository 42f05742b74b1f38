import Audit
import MigrateShared
import Model

/// How a command ends that waited for a run, or settled one: by what became of the run.
enum RunEnding {
    static func status(of run: RunDocument) -> ExitStatus {
        switch run.state {
        case .committed, .finalized, .provisional: .done
        case .rolledBack: run.reason == .deadline ? .notConfirmed : .rolledBack
        case .residual: .residue
        case .mixed: .mixed
        case .gone, .installing, .shadow, .expired, .rollingBack: .drift
        }
    }

    /// Why it ended otherwise than was hoped for, on standard error.
    static func explain(_ run: RunDocument, _ status: ExitStatus) {
        guard let error = error(run, status) else { return }
        Console.error(error.text)
    }

    private static func error(_ run: RunDocument, _ status: ExitStatus) -> MigrateError? {
        let proven = "every hook is as it was, proven identical"
        switch status {
        case .notConfirmed:
            return MigrateError(.notConfirmed, "run \(run.runID) was not confirmed in time", changed: proven)
        case .rolledBack where run.reason == .breaker:
            return MigrateError(
                .breakerTripped, "run \(run.runID) failed too often, and the kernel took it back", changed: proven,
                facts: run.sides.map(SidesText.lines) ?? [],
                remedy: "See which destinations:  migrate plan; migrate report \(run.runID)")
        case .rolledBack where run.reason == .health:
            let failed = (run.health ?? []).map(\.check).filter { !$0.isHealthy }
            return MigrateError(
                .unhealthy, "run \(run.runID) was unhealthy and was rolled back", changed: proven,
                facts: HealthRound.lines(failed), remedy: "Read all of it:  migrate report \(run.runID)")
        case .rolledBack:
            let why = run.reason.map { ", reason \($0.rawValue)" } ?? ""
            return MigrateError(.rolledBack, "run \(run.runID) was rolled back\(why)", changed: proven)
        case .residue:
            return MigrateError(
                .residue, "run \(run.runID) was rolled back with a residue", changed: "the rest is as it was",
                facts: run.proof?.differences ?? [])
        case .mixed:
            return MigrateError(
                .mixed, "run \(run.runID) is in a mixed state", changed: "stop the fleet and look",
                facts: run.proof?.differences ?? [])
        default: return nil
        }
    }
}
