import Model

/// What was told before and during the change: what stood against it, and what is to be kept in mind.
extension ReportTable {
    static func warnings(_ report: ReportDocument) -> ReportTable {
        let plan = report.plan.map { plan in
            plan.blockers.map { [$0.code, "blocker", $0.message, $0.remedy] }
                + plan.warnings.map { [$0.code, "warning", $0.message, $0.remedy] }
        }
        let run = report.run?.warnings.map { ["–", "during the run", $0, "–"] }
        return ReportTable("Warnings", ["Code", "Kind", "What", "What to do"], (plan ?? []) + (run ?? []))
    }

    static func lost(_ plan: PlanDocument) -> ReportTable {
        ReportTable(
            "Destinations that are redirected no longer", ["Address", "Interface", "Why"],
            plan.membership.lost.map { [$0.address.description, $0.interface, $0.why] },
            total: plan.membership.lostTotal)
    }
}
