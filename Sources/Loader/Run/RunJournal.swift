import Model

/// The phases of a run, in the order in which they happen.
public enum RunPhase: String, Sendable, CaseIterable {
    case pin
    case enroll
    case load
    case warm
    case replace
    case verify
    /// The cell: every hook takes the replacement, provisionally.
    case flip
    case commit
    case extend
    /// Another share of the flows.
    case share
    /// Each switch gives way to the plain replacement.
    case finalize
    /// The cell: every hook takes its legacy program again.
    case flipBack = "flip-back"
    case restore
    case prove
    case unpin

    /// Whether it changes what packets meet, or takes away what a way back needs. The others make objects and pins that are
    /// nobody's before the hooks know them, or only read: of them a power cut leaves nothing to tell.
    var changesHooks: Bool {
        switch self {
        case .load, .warm, .verify, .prove: false
        case .pin, .enroll, .replace, .flip, .commit, .extend, .share, .finalize, .flipBack, .restore, .unpin: true
        }
    }
}

/// Where a run writes what it is about to do, and what came of it.
///
/// `begin` returns only when the intent outlives this process, and the machine's power where hooks change. An implementation that throws from `begin` keeps the act
/// from happening during `apply`; a rollback goes on without it.
public protocol RunJournal: AnyObject {
    /// Returns a number to end the entry with.
    func begin(_ phase: RunPhase, _ intent: String) throws(MigrateError) -> Int
    func end(_ sequence: Int, _ evidence: String) throws(MigrateError)
    func set(state: RunState, reason: RunReason?) throws(MigrateError)
    /// Our programs of all hooks, in their order, by one write; durable with the next intent that is.
    func set(programs: [HookPrograms]) throws(MigrateError)
}

/// Keeps going without a journal, and remembers what it could not write.
final class LenientJournal {
    private let journal: (any RunJournal)?
    private(set) var lost: [String] = []
    /// After the first failure nothing more is tried but the final state: each try may wait for a busy database
    /// while the node waits for us.
    private var isFailing = false

    init(_ journal: (any RunJournal)?) { self.journal = journal }

    func note<T>(_ phase: RunPhase, _ intent: String, _ act: () -> (T, evidence: String)) -> T {
        var sequence: Int?
        attempt("\(phase.rawValue): \(intent)") { () throws(MigrateError) in
            sequence = try journal?.begin(phase, intent)
        }
        let (value, evidence) = act()
        if let sequence {
            attempt("\(phase.rawValue): \(evidence)") { () throws(MigrateError) in try journal?.end(sequence, evidence)
            }
        } else if journal != nil {
            lost.append("\(phase.rawValue): \(evidence)")
        }
        return value
    }

    /// Ends a line that was begun before.
    func end(_ sequence: Int, _ evidence: String) {
        attempt(evidence) { () throws(MigrateError) in try journal?.end(sequence, evidence) }
    }

    func set(state: RunState, reason: RunReason?) {
        if !state.isOpen { isFailing = false }
        attempt("state: \(state.rawValue)") { () throws(MigrateError) in try journal?.set(state: state, reason: reason)
        }
    }

    private func attempt(_ line: String, _ write: () throws(MigrateError) -> Void) {
        guard !isFailing else {
            lost.append(line)
            return
        }
        do throws(MigrateError) {
            try write()
        } catch {
            isFailing = true
            lost.append("\(line) (\(error.facts.first ?? error.what))")
        }
    }
}
