import Inventory
import MigrateShared
import Model
import Store

/// Asks all that there is to ask about a run's health, and writes it down.
struct HealthRound {
    let store: Store
    let runID: String
    let trial: RunTrial
    let reader: HealthReader

    init(store: Store, runID: String, trial: RunTrial, listening: Bool = false) {
        self.store = store
        self.runID = runID
        self.trial = trial
        reader = HealthReader(trial, listening: listening)
    }

    /// `nil` for a run that has no trial.
    init?(store: Store, runID: String, listening: Bool = false) {
        guard let trial = (try? store.trial(run: runID)) ?? nil else { return nil }
        self.init(store: store, runID: runID, trial: trial, listening: listening)
    }

    /// What is unhealthy; nothing where all is well, or where a signal asks for the end first.
    func ask(_ moment: HealthCheck.Moment) -> [HealthCheck] {
        var checks = trial.judge(reader.read(), moment, netns: reader.title)
        if let command = command(moment) { checks.append(command) }
        // A journal that cannot be written keeps nobody from taking an unhealthy run back.
        for check in checks { try? store.note(check, run: runID) }
        return checks.filter { !$0.isHealthy }
    }

    private func command(_ moment: HealthCheck.Moment) -> HealthCheck? {
        guard let line = trial.check,
            let outcome = CheckCommand(line: line, seconds: trial.everySeconds).run()
        else { return nil }
        return HealthCheck(
            moment: moment, subject: .command, vantage: "this command's own namespaces: \(line)",
            isHealthy: outcome.isHealthy, finding: outcome.text)
    }

    /// Why a run is taken back, one line for each check.
    static func lines(_ checks: [HealthCheck]) -> [String] {
        checks.map { "\($0.subject.rawValue) \($0.moment.rawValue), from \($0.vantage): \($0.finding)" }
    }
}
