import FoundationEssentials
import Model

/// Makes one document of many nodes' reports.
public enum ReportMerge {
    /// Of reports of one run of one machine the newest counts.
    public static func merge(
        _ reports: [ReportDocument], unreadable: [MergedReport.Unreadable], tool: Tool, at time: Date
    ) -> MergedReport {
        var newest: [String: ReportDocument] = [:]
        for report in reports {
            let key = "\(report.node.machineID) \(report.subject)"
            if let known = newest[key], known.createdAt >= report.createdAt { continue }
            newest[key] = report
        }
        let ordered = newest.values.map { (report: $0, line: line($0)) }.sorted { one, other in
            let (left, right) = (badness(one.line), badness(other.line))
            if left != right { return left > right }
            return (one.line.node, one.line.subject) < (other.line.node, other.line.subject)
        }
        return MergedReport(
            createdAt: time, tool: tool, unreadable: unreadable.sorted { $0.file < $1.file },
            nodes: ordered.map(\.line), reports: ordered.map(\.report))
    }

    private static func line(_ report: ReportDocument) -> MergedReport.Line {
        let isBlocked = report.plan?.blockers.isEmpty == false
        let proof = report.run?.proof
        return MergedReport.Line(
            node: report.node.name, machineID: report.node.machineID, subject: report.subject,
            state: report.run?.state.rawValue ?? (isBlocked ? "blocked" : "planned"), reason: report.run?.reason,
            residues: (proof?.differences ?? []) + (proof?.notCompared ?? []).map { "not compared: \($0)" },
            failed: Claims.of(report).filter { $0.standing == .failed }.map(\.name),
            outOfStep: report.gain?.outOfStepTotal ?? 0, unobserved: report.unobserved?.count ?? 0,
            createdAt: report.createdAt)
    }

    /// The greater, the sooner somebody should look.
    static func badness(_ line: MergedReport.Line) -> Int {
        let state =
            switch RunState(rawValue: line.state) {
            case .mixed?: 900
            case .residual?: 800
            case .rollingBack?, .expired?, .installing?: 700
            case .shadow?, .provisional?: 500
            case .gone?: 400
            case .rolledBack?: 200
            case .committed?, .finalized?: 0
            case nil: line.state == "blocked" ? 300 : 100
            }
        // A residue weighs more than any state that claims to be well.
        return max(state, line.residues.isEmpty ? 0 : 750) + (line.failed.isEmpty ? 0 : 50) + min(9, line.failed.count)
    }
}
