import Model

/// What became of one hook in a rollback.
enum HookFate {
    /// It is as it was; `others` are lines on what came or went beside it.
    case back(Hook, changed: Bool, others: [String] = [])
    /// Never held anything of ours, and holds something else by now.
    case others(String, Hook?)
    case vanished(String)
    case difference(String, Hook?)
    case mixed(String, Hook?)

    /// The program there now.
    var program: ProgramReference? {
        switch self {
        case .back(let hook, _, _): hook.program
        case .vanished: nil
        case .others(_, let hook), .difference(_, let hook), .mixed(_, let hook): hook?.program
        }
    }

    /// For the journal.
    var evidence: String {
        switch self {
        case .back(let hook, let changed, _):
            "\(hook.title): program \(hook.program?.id ?? 0) \(changed ? "is back" : "was there already")"
        case .vanished(let line), .others(let line, _), .difference(let line, _), .mixed(let line, _): line
        }
    }

    var isMixed: Bool { if case .mixed = self { true } else { false } }
    /// Whether we changed it.
    var isChanged: Bool { if case .back(_, true, _) = self { true } else { false } }
}

extension Proof {
    init(_ fates: [HookFate]) {
        self.init(vanished: [], differences: [], changedByOthers: [])
        for fate in fates {
            switch fate {
            case .back(_, _, let lines): changedByOthers += lines
            case .others(let line, _): changedByOthers.append(line)
            case .vanished(let line): vanished.append(line)
            case .difference(let line, _), .mixed(let line, _): differences.append(line)
            }
        }
        identical = differences.isEmpty
    }
}
