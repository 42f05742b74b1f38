import FoundationEssentials

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
    /// Packets that each side was seen to handle in it; `nil` where nobody read the counters meanwhile.
    public var packets: Packets?

    public struct Packets: Hashable, Sendable {
        public var legacy: UInt64
        public var replacement: UInt64
    }

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
        count(report.run?.health ?? [], begun.map(\.startedAt), &stages)
        count(report.traffic ?? [], &stages)
        return stages
    }

    /// Dates are whole seconds, and stages may be shorter: a check belongs to one of them, or to all from its first time to its last.
    private static func count(_ health: [HealthRecord], _ begun: [Date], _ stages: inout [FlowStage]) {
        guard !stages.isEmpty else { return }
        func stage(_ date: Date) -> Int? { stages.indices.last { begun[$0] <= date } }
        for record in health {
            switch record.check.moment {
            case .beforeFlip: continue
            case .beforeConfirm:
                // It is made before the run is confirmed, in the same second as often as not.
                let last = stages.firstIndex(where: \.isConfirmed).map { $0 - 1 } ?? stages.count - 1
                guard let index = stage(record.check.at).map({ min($0, last) }), index >= 0 else { continue }
                stages[index].checks += 1
            case .window:
                guard let first = stage(record.check.at), let last = stage(record.lastAt), first <= last else {
                    continue
                }
                for index in first...last { stages[index].checks += 1 }
            }
        }
    }

    private static func count(_ samples: [TrafficSample], _ stages: inout [FlowStage]) {
        for index in stages.indices {
            let stage = stages[index]
            let within = samples.last { $0.atNs >= stage.fromNs && $0.atNs < stage.untilNs ?? .max }
            guard let within else { continue }
            let before = samples.last { $0.atNs < stage.fromNs }
            let (legacy, replacement) = (before?.legacy ?? 0, before?.replacement ?? 0)
            // Counters that went back were read anew.
            guard within.legacy >= legacy, within.replacement >= replacement else { continue }
            stages[index].packets = Packets(
                legacy: within.legacy - legacy, replacement: within.replacement - replacement)
        }
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
