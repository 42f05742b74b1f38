/// A time in which the replacement had one share of the flows.
public struct FlowStage: Hashable, Sendable {
    /// Of the flows: `5%`.
    public var share: String
    /// It was confirmed when this began: the kernel takes it back no longer by itself.
    public var isConfirmed: Bool
    /// Nanoseconds since boot (`CLOCK_BOOTTIME`).
    public var fromNs: UInt64
    /// `nil`: it goes on, or the kernel ended it, which no step tells.
    public var untilNs: UInt64?
    /// Health checks within it; one that found the same again and again counts once.
    public var checks: Int

    /// Of a run's journal, in order; empty where nothing was flipped, or an earlier version wrote it without that clock.
    public static func of(_ report: ReportDocument) -> [FlowStage] {
        var stages: [FlowStage] = []
        var begun: [JournalEntry] = []
        var isOver = false
        for entry in report.journal where entry.evidence != nil {
            guard let at = entry.startedNs else { continue }
            let share: String? =
                switch entry.phase {
                case "flip", "share": perCent(entry.intent) ?? (entry.phase == "flip" ? "100%" : nil)
                case "commit": stages.last?.share
                default: nil
                }
            guard share != nil || (endings.contains(entry.phase) && !stages.isEmpty && !isOver) else { continue }
            if !stages.isEmpty, share != nil || !isKernels(report) { stages[stages.count - 1].untilNs = at }
            begun.append(entry)
            guard let share else {
                isOver = true
                continue
            }
            stages.append(FlowStage(share: share, isConfirmed: entry.phase == "commit", fromNs: at, checks: 0))
        }
        for index in stages.indices {
            let from = begun[index].startedAt
            let until = begun.indices.contains(index + 1) ? begun[index + 1].startedAt : nil
            stages[index].checks = (report.run?.health ?? []).count { record in
                record.check.moment != .beforeFlip && record.lastAt >= from
                    && until.map { record.check.at <= $0 } ?? true
            }
        }
        return stages
    }

    private static let endings: Set = ["flip-back", "restore"]

    /// Whether the kernel took the packets back before anybody came: then the next step says when somebody did.
    private static func isKernels(_ report: ReportDocument) -> Bool {
        report.run?.reason == .deadline || report.run?.reason == .breaker
    }

    /// `5%` of `… 5% of the flows`.
    private static func perCent(_ intent: String) -> String? {
        intent.firstMatch(of: #/([0-9.]+%) of the flows/#).map { String($0.1) }
    }
}
