/// What a report cannot tell, and why: said, so that nobody takes silence for a good sign.
public enum Unseen {
    /// - Parameter isThisBoot: whether the node is still in the boot that the report is of.
    public static func of(_ report: ReportDocument, isThisBoot: Bool) -> [Unobserved] {
        var unseen =
            report.plan?.unobserved ?? [Unobserved(what: "the plan", why: "the run is known from its pins only")]
        func add(_ what: String, _ why: String, if isMissing: Bool = true) {
            if isMissing { unseen.append(Unobserved(what: what, why: why)) }
        }
        if let plan = report.plan {
            add(
                "test packets through both programs", "plan was not asked for --equivalence",
                if: !plan.equivalence.ran && (plan.equivalence.refused ?? []).isEmpty)
            for reason in (plan.equivalence.refused ?? []) + (plan.equivalence.framesRefused ?? []) {
                add("packets through both programs", reason)
            }
        }
        add("live traffic before the cut", "no shadow was run for this plan", if: report.shadows == nil)
        for update in report.gain?.updates ?? [] where update.perHour == nil {
            add(
                "how often map \(update.map) changes in an hour",
                update.method == .notMeasured ? update.note : "less than a minute was watched")
        }
        guard let run = report.run else { return unseen }
        add(
            "what the replacement's own counters say, by outcome",
            (isThisBoot ? "the programs are not loaded any more" : "the node was rebooted")
                + (run.sides == nil ? "" : "; what each side handled is the switches' count"),
            if: report.counters.isEmpty)
        add(
            "traffic within the confirm window", "no command waited for the run and read its counters",
            if: (report.traffic ?? []).isEmpty)
        add("the run's health", "no check was made", if: (run.health ?? []).isEmpty)
        for stage in FlowStage.of(report) where stage.checks == 0 {
            add(
                "health while \(stage.share) of the flows took the replacement\(stage.isConfirmed ? ", once confirmed" : "")",
                stage.isConfirmed ? "checks are made until a run is confirmed" : "no check fell into that time")
        }
        add("who gave the commands", "the version that ran them did not record it", if: report.commands == nil)
        add("hooks after the run", "the node was rebooted", if: !isThisBoot && run.proof == nil)
        for line in run.proof?.notCompared ?? [] { add(line, "it could not be compared") }
        let since = run.state == .rolledBack ? ", nor how pods fare since the hooks were put back" : ""
        add(
            "what pods received",
            "counters say what was redirected; what came out at the other end they do not see\(since)")
        return unseen
    }
}
