import FoundationEssentials
import Model
import Store

/// The journal of one run in the database.
public final class StoreJournal: RunJournal {
    private let store: Store
    private let runID: String

    public init(store: Store, runID: String) {
        self.store = store
        self.runID = runID
    }

    public func begin(_ phase: RunPhase, _ intent: String) throws(MigrateError) -> Int {
        try store.begin(run: runID, phase: phase.rawValue, intent: intent, durable: phase.changesHooks)
    }

    public func end(_ sequence: Int, _ evidence: String) throws(MigrateError) {
        try store.end(run: runID, sequence: sequence, evidence: evidence)
    }

    public func set(state: RunState, reason: RunReason?) throws(MigrateError) {
        try store.update(run: runID, state: state, reason: reason, endedAt: state.isOpen ? nil : Date())
    }

    public func set(programs: [HookPrograms]) throws(MigrateError) { try store.set(programs: programs, run: runID) }
}
