import FoundationEssentials
import Model
import Store

/// The journal of one run in the database.
public final class StoreJournal: RunJournal {
    private let store: Store
    private let runID: String
    private let observer: (any StepObserver)?
    /// Of the lines that are open, for their names as steps.
    private var phases: [Int: RunPhase] = [:]

    /// - Parameter observer: is told before and after every durable write.
    public init(store: Store, runID: String, observer: (any StepObserver)? = nil) {
        self.store = store
        self.runID = runID
        self.observer = observer
    }

    public func begin(_ phase: RunPhase, _ intent: String) throws(MigrateError) -> Int {
        let sequence = try observer.around("journal.begin.\(phase.rawValue)") { () throws(MigrateError) in
            try store.begin(run: runID, phase: phase.rawValue, intent: intent)
        }
        phases[sequence] = phase
        return sequence
    }

    public func end(_ sequence: Int, _ evidence: String) throws(MigrateError) {
        let phase = phases.removeValue(forKey: sequence)?.rawValue ?? "unknown"
        try observer.around("journal.end.\(phase)") { () throws(MigrateError) in
            try store.end(run: runID, sequence: sequence, evidence: evidence)
        }
    }

    public func set(state: RunState, reason: RunReason?) throws(MigrateError) {
        try observer.around("journal.state.\(state.rawValue)") { () throws(MigrateError) in
            try store.update(run: runID, state: state, reason: reason, endedAt: state.isOpen ? nil : Date())
        }
    }

    public func set(programs: [HookPrograms]) throws(MigrateError) {
        try observer.around("journal.programs") { () throws(MigrateError) in
            try store.set(programs: programs, run: runID)
        }
    }
}
