import FoundationEssentials
import Model
import Store

/// The journal of one run in the database.
public final class StoreJournal: RunJournal {
    private let store: Store
    private let runID: String
    private let hookCount: Int

    public init(store: Store, runID: String, hookCount: Int) {
        self.store = store
        self.runID = runID
        self.hookCount = hookCount
    }

    public func begin(_ phase: RunPhase, _ intent: String) throws(MigrateError) -> Int {
        try store.begin(run: runID, phase: phase.rawValue, intent: intent)
    }

    public func end(_ sequence: Int, _ evidence: String) throws(MigrateError) {
        try store.end(run: runID, sequence: sequence, evidence: evidence)
    }

    public func set(state: RunState, reason: RunReason?) throws(MigrateError) {
        try store.update(run: runID, state: state, reason: reason, endedAt: state.isOpen ? nil : Date())
    }

    public func set(replacement: ProgramReference) throws(MigrateError) {
        for index in 0..<hookCount { try store.setReplacement(run: runID, hook: index, replacement) }
    }
}
