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
    /// Whether it was said that the journal hears nothing: once is enough.
    private var isLossTold = false

    init(store: Store, runID: String, trial: RunTrial, listening: Bool = false) {
        self.store = store
        self.runID = runID
        self.trial = trial
        reader = HealthReader(trial, listening: listening)
    }

    /// `nil` for a run that has no trial.
    /// - Throws: `healthNotAsked`: whether it has one, nobody knows.
    init?(store: Store, runID: String, listening: Bool = false) throws(MigrateError) {
        let trial: RunTrial?
        do throws(MigrateError) { trial = try store.trial(run: runID) } catch {
            throw MigrateError(
                .healthNotAsked, "cannot tell what the health of run \(runID) is judged by",
                changed: "nothing was changed, the run stays provisional", facts: [error.what] + error.facts,
                remedy: error.remedy)
        }
        guard let trial else { return nil }
        self.init(store: store, runID: runID, trial: trial, listening: listening)
    }

    /// What is unhealthy; nothing where all is well, or where a signal asks for the end first.
    mutating func ask(_ moment: HealthCheck.Moment) -> [HealthCheck] {
        var checks = trial.judge(reader.read(), moment, netns: reader.title)
        if let command = command(moment) { checks.append(command) }
        for check in checks { keep(check) }
        return checks.filter { !$0.isHealthy }
    }

    /// A journal that cannot be written keeps nobody from taking an unhealthy run back.
    private mutating func keep(_ check: HealthCheck) {
        do throws(MigrateError) { try store.note(check, run: runID) } catch {
            guard !isLossTold else { return }
            isLossTold = true
            Console.error(
                """
                Warning: what a health check found could not be kept: \(error.facts.first ?? error.what)  [\(Code.healthNotKept.text)]
                  \(Self.lines([check]).joined())
                """)
        }
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
