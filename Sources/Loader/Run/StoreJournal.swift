import FoundationEssentials
import Kernel
import Model
import Store

/// The journal of one run in the database.
public final class StoreJournal: RunJournal {
    private let store: Store
    private let runID: String
    private let command: CommandRecord?

    /// - Parameter command: on whose behalf; kept with the first line.
    public init(store: Store, runID: String, command: CommandRecord? = nil) {
        self.store = store
        self.runID = runID
        self.command = command
    }

    public func begin(_ phase: RunPhase, _ intent: String) throws(MigrateError) -> Int {
        try store.begin(
            run: runID, phase: phase.rawValue, intent: intent, durable: phase.changesHooks, ns: BootClock.now(),
            command: command)
    }

    public func end(_ sequence: Int, _ evidence: String) throws(MigrateError) {
        try store.end(run: runID, sequence: sequence, evidence: evidence, ns: BootClock.now())
    }

    public func set(state: RunState, reason: RunReason?) throws(MigrateError) {
        try store.update(run: runID, state: state, reason: reason, endedAt: state.isOpen ? nil : Date())
    }

    public func set(programs: [HookPrograms]) throws(MigrateError) { try store.set(programs: programs, run: runID) }
}
