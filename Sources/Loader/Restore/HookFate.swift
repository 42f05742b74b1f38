import Kernel
import Model

/// What became of one hook in a rollback.
struct HookFate {
    enum Kind {
        /// It is as it was.
        case back
        /// Holds nothing of ours, and something else than before.
        case others
        /// Shown to be gone.
        case vanished
        /// Not found, and not shown to be gone.
        case unreached
        /// Could not be looked at, for want of descriptors or memory, say: what it holds is not known.
        case unread
        /// Holds our program, and the kernel has freed the one that belongs there: nothing can put it back.
        case lost
        case difference
        case mixed
    }

    var kind: Kind
    /// As it was read back; `nil` where nothing is there, or where nobody could look.
    var now: Hook?
    /// What is to be said of it; for the journal, too.
    var line: String
    /// Whether we changed it, whatever came of that.
    var changed = false
    /// Lines on what came or went beside it.
    var beside: [String] = []

    static func back(_ now: Hook, title: String, changed: Bool, beside: [String] = []) -> HookFate {
        let how = changed ? "is back" : "was there already"
        return HookFate(
            kind: .back, now: now, line: "\(title): program \(now.program?.id ?? 0) \(how)", changed: changed,
            beside: beside)
    }

    static func others(_ line: String, _ now: Hook?) -> HookFate { HookFate(kind: .others, now: now, line: line) }
    static func vanished(_ line: String) -> HookFate { HookFate(kind: .vanished, line: line) }
    static func unreached(_ line: String) -> HookFate { HookFate(kind: .unreached, line: line) }
    static func unread(_ line: String) -> HookFate { HookFate(kind: .unread, line: line) }
    static func lost(_ line: String, _ now: Hook) -> HookFate { HookFate(kind: .lost, now: now, line: line) }
    static func difference(_ line: String, _ now: Hook?) -> HookFate {
        HookFate(kind: .difference, now: now, line: line)
    }
    static func mixed(_ line: String, _ now: Hook?) -> HookFate { HookFate(kind: .mixed, now: now, line: line) }

    /// What was read back of it, for the proof.
    var reading: HookReading {
        let standing: HookStanding =
            switch kind {
            case .back: .asBefore
            case .others: .others
            case .vanished: .vanished
            case .unreached, .unread: .unknown
            case .lost: .ours
            case .difference: .differs
            case .mixed: now == nil ? .unknown : .differs
            }
        return HookReading(standing: standing, program: now?.program, line: kind == .back ? nil : line)
    }

    /// Decides what looking could not, by the kernel's own word: a program that it has freed is attached nowhere.
    ///
    /// - Parameters:
    ///   - program: the one that took the hook's place; 0 where none was loaded.
    ///   - gaps: where the namespace may be that was not found.
    func settled(program: UInt32, isLoaded: Bool, gaps: String) -> HookFate {
        guard kind == .unreached else { return self }
        var fate = self
        if isLoaded {
            fate.line +=
                ", and our program \(program) is still loaded: it may be attached there; not looked into: \(gaps)"
        } else {
            fate.kind = .vanished
            fate.line += program == 0 ? "; nothing was put there" : ", and the kernel has freed our program \(program)"
        }
        return fate
    }
}

extension Proof {
    init(_ fates: [HookFate]) {
        func lines(_ kinds: HookFate.Kind...) -> [String] {
            fates.filter { kinds.contains($0.kind) }.map(\.line)
        }
        self.init(
            hooks: fates.map(\.reading), vanished: lines(.vanished),
            differences: lines(.difference, .mixed, .unreached, .unread, .lost),
            changedByOthers: fates.flatMap { $0.beside + ($0.kind == .others ? [$0.line] : []) })
    }
}
