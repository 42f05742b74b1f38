import Loader
import Model

/// A journal in memory. What a test puts into `onBegin` and `onEnd` runs exactly there, and may throw: the place
/// for a second writer, for a signal, for a disk that is full.
public final class TestJournal: RunJournal {
    public struct Line: Hashable {
        public var phase: RunPhase
        public var intent: String
        /// `nil` while, or because, the act did not end well.
        public var evidence: String?
    }

    public private(set) var lines: [Line] = []
    public private(set) var states: [RunState] = []
    /// By the hook's index.
    public private(set) var replacements: [Int: ProgramReference] = [:]
    public private(set) var plains: [ProgramReference] = []
    public var replacement: ProgramReference? { replacements[0] }
    public var onBegin: (RunPhase, String) throws(MigrateError) -> Void
    public var onEnd: (RunPhase, String) throws(MigrateError) -> Void
    /// Before a state is noted; may throw as well.
    public var onState: (RunState) throws(MigrateError) -> Void

    public init(
        onBegin: @escaping (RunPhase, String) throws(MigrateError) -> Void = { (_, _) throws(MigrateError) in },
        onEnd: @escaping (RunPhase, String) throws(MigrateError) -> Void = { (_, _) throws(MigrateError) in },
        onState: @escaping (RunState) throws(MigrateError) -> Void = { (_) throws(MigrateError) in }
    ) {
        self.onBegin = onBegin
        self.onEnd = onEnd
        self.onState = onState
    }

    public func begin(_ phase: RunPhase, _ intent: String) throws(MigrateError) -> Int {
        try onBegin(phase, intent)
        lines.append(Line(phase: phase, intent: intent))
        return lines.count - 1
    }

    public func end(_ sequence: Int, _ evidence: String) throws(MigrateError) {
        try onEnd(lines[sequence].phase, evidence)
        lines[sequence].evidence = evidence
    }

    public func set(state: RunState, reason: RunReason?) throws(MigrateError) {
        try onState(state)
        states.append(state)
    }

    public func set(programs: [HookPrograms]) throws(MigrateError) {
        for (hook, ours) in programs.enumerated() { replacements[hook] = ours.replacement }
        plains = programs.compactMap(\.plain)
    }

    /// The phases that were begun, each once, in order.
    public var phases: [RunPhase] {
        lines.reduce(into: []) { if !$0.contains($1.phase) { $0.append($1.phase) } }
    }
}

extension MigrateError {
    /// What a full disk gives.
    public static let full = MigrateError(.diskFull, "write the journal", facts: ["no space left on device"])

    /// Makes any error one that a journal may throw, so that a failing test command is not swallowed.
    @discardableResult
    public static func wrapping<T>(_ body: () throws -> T) throws(MigrateError) -> T {
        do { return try body() } catch let error as MigrateError { throw error } catch {
            throw MigrateError(.bug, "do what the test wants", facts: ["\(error)"])
        }
    }
}
