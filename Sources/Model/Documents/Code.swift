/// Exit codes, the same for every output format (docs/codes.md, sysexits(3) from 64 on).
public enum ExitStatus: Int32, Codable, CaseIterable, Sendable {
    case done = 0
    case bug = 1
    case differences = 2
    case blocked = 10
    case stale = 11
    case refused = 12
    case anotherRun = 13
    case rolledBack = 20
    case notConfirmed = 21
    case residue = 22
    case mixed = 23
    case drift = 30
    case auditBroken = 40
    case usage = 64
    case badInput = 65
    case notHere = 69
    case database = 74
    case locked = 75
    case permission = 77
    case configuration = 78
    /// 128 + n: ended by signal n, and the run is left as its `state` says.
    case hungUp = 129
    case terminated = 143

    /// Whether the same command may come out otherwise by itself, a little later: somebody else had the lock, or it was ended from
    /// outside and left a run to go on with. Of everything else somebody must know before it is tried again.
    public var isTransient: Bool {
        switch self {
        case .locked, .hungUp, .terminated: true
        default: false
        }
    }
}

/// A numbered message: what a code means and how a command ends with it.
public struct Code: Hashable, Sendable {
    /// The number after `MIG`.
    public var number: Int
    public var exit: ExitStatus
    /// One line.
    public var title: String
    /// What it means and what to do; a few lines.
    public var explanation: String

    public var text: String { "MIG\(number)" }

    init(_ number: Int, _ exit: ExitStatus, _ title: String, _ explanation: String) {
        self.number = number
        self.exit = exit
        self.title = title
        self.explanation = explanation
    }
}
