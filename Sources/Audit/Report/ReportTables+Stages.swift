import Model

/// How much of the traffic the replacement had, when, and who looked.
extension ReportTable {
    static func stages(_ report: ReportDocument) -> ReportTable {
        let stages = FlowStage.of(report)
        let start = report.journal.compactMap(\.startedNs).min() ?? 0
        return ReportTable(
            "Share of the flows that took the replacement",
            [
                "Share", "Confirmed", "From, after the first step", "For", "Packets seen: legacy", "Replacement",
                "Health checks in it",
            ],
            stages.map { stage in
                [
                    stage.share, stage.isConfirmed ? "yes" : "no",
                    Words.duration(microseconds: since(stage.fromNs, start)),
                    stage.untilNs.map { Words.duration(microseconds: since($0, stage.fromNs)) } ?? openEnd(report),
                    stage.packets.map { String($0.legacy) } ?? "not read",
                    stage.packets.map { String($0.replacement) } ?? "not read",
                    stage.checks == 0 ? "none" : "\(stage.checks)",
                ]
            })
    }

    private static func since(_ time: UInt64, _ start: UInt64) -> Int { time < start ? 0 : Int((time - start) / 1000) }

    private static func openEnd(_ report: ReportDocument) -> String {
        report.run?.state == .rolledBack ? "until the kernel took it back" : "and goes on"
    }
}
