import Model

/// Something that makes a change safe, or not: what was asked, and what came of it.
struct Claim {
    enum Standing: String {
        case shown
        case failed
        /// Nobody asked, or there was nothing to see.
        case notShown = "not-shown"
    }

    /// In lower case with hyphens: machines go by it.
    var name: String
    var title: String
    var standing: Standing
    var text: String
    /// One line each.
    var details: [String] = []
}

/// What a report claims, by what its document holds and nothing else.
enum Claims {
    static func of(_ report: ReportDocument) -> [Claim] {
        var claims = report.plan.map { [entries($0), blockers($0), equivalence($0)] } ?? []
        claims.append(shadow(report.shadows ?? []))
        guard let run = report.run else { return claims }
        if let plan = report.plan { claims.append(wayBack(report, plan)) }
        return claims + [health(run), sides(run), outcome(run)]
    }

    private static func entries(_ plan: PlanDocument) -> Claim {
        let broken = plan.effects[Effect.broken.rawValue] ?? 0, unknown = plan.effects[Effect.unknown.rawValue] ?? 0
        let total = plan.entriesTotal == 1 ? "1 entry" : "\(plan.entriesTotal) entries"
        let effects = Effect.allCases.filter { (plan.effects[$0.rawValue] ?? 0) > 0 && $0 != .broken }
            .map { "\(plan.effects[$0.rawValue] ?? 0) \($0.rawValue)" }
        var text = "\(total) asked of the kernel: " + (effects + ["\(broken) broken"]).joined(separator: ", ")
        if unknown > 0 { text += ", of \(unknown) the pod's side could not be read" }
        return Claim(
            name: "entries", title: "No destination breaks",
            standing: broken > 0 ? .failed : unknown > 0 || plan.entriesTotal == 0 ? .notShown : .shown, text: text)
    }

    private static func blockers(_ plan: PlanDocument) -> Claim {
        Claim(
            name: "blockers", title: "The plan has no blocker", standing: plan.blockers.isEmpty ? .shown : .failed,
            text: (plan.blockers.isEmpty ? "none" : plan.blockers.count.of("blocker"))
                + (plan.warnings.isEmpty ? "" : "; \(plan.warnings.count.of("warning")): see below"),
            details: plan.blockers.map { "\($0.code) \($0.message)" })
    }

    private static func equivalence(_ plan: PlanDocument) -> Claim {
        let equivalence = plan.equivalence
        let differences = equivalence.differencesTotal ?? equivalence.differences.count
        let standing: Claim.Standing = differences > 0 ? .failed : equivalence.ran ? .shown : .notShown
        let text =
            equivalence.ran || differences > 0
            ? "\(equivalence.cases.of("packet")) through both programs, \(differences.of("unexplained difference"))"
            : "no test packet was run through both programs (migrate plan --equivalence)"
        return Claim(
            name: "equivalence", title: "Both programs treat test packets alike", standing: standing, text: text,
            details: (equivalence.refused ?? []) + equivalence.differences.prefix(5).map { "\($0.hook): \($0.packet)" })
    }

    private static func shadow(_ shadows: [ShadowSummary]) -> Claim {
        // The newest is told of in words.
        let lines = ShadowText.lines(Array(shadows.dropFirst())).map { String($0.drop { $0 == " " }) }
        let title = "Decisions on live traffic were compared before"
        guard let newest = shadows.first else {
            return Claim(
                name: "shadow", title: title, standing: .notShown, text: "no shadow looked at live traffic")
        }
        let (standing, text) = compared(newest)
        return Claim(name: "shadow", title: title, standing: standing, text: text, details: lines)
    }

    /// What a shadow shows: what the plan heals differs today, as it should.
    private static func compared(_ shadow: ShadowSummary) -> (Claim.Standing, String) {
        let packets =
            "shadow \(shadow.id), \(Words.time(shadow.startedAt)): \(shadow.packets) packets seen, and for each both decisions"
        switch shadow.verdict {
        case .agree: return (.shown, "\(packets), all agreed")
        case .nothingSeen: return (.notShown, "\(packets), none of them to be redirected: nothing was compared")
        case .disturbed: return (.notShown, "\(packets), no difference; but it was disturbed, and does not tell all")
        case .differ:
            let differ = "\(packets), \(shadow.differing) would be treated differently"
            guard let planned = shadow.planned else {
                return (.notShown, "\(differ); whether the plan says so of them was not recorded")
            }
            guard planned < shadow.differing else {
                return (
                    .shown,
                    "\(differ), all of them to destinations of which the plan says so: see the map against the kernel"
                )
            }
            return (
                .failed,
                "\(differ), \(shadow.differing - planned) of them where the plan says nothing of it: migrate show \(shadow.id)"
            )
        }
    }

    private static func wayBack(_ report: ReportDocument, _ plan: PlanDocument) -> Claim {
        let step = report.journal.last { $0.phase == "flip-back" && $0.evidence != nil }
        let back = step.map { "; it was, in \(ReportFacts.duration($0)) (step \($0.sequence))" } ?? ""
        let isSwitch = plan.decision.cut == .switch
        return Claim(
            name: "way-back", title: "It could be taken back at once", standing: isSwitch ? .shown : .notShown,
            text: isSwitch
                ? "one store moved every hook; until it was confirmed, the kernel itself would have taken it back at the deadline"
                    + back
                : "hooks were replaced one after the other, with nothing that takes them back by itself")
    }

    private static func health(_ run: RunDocument) -> Claim {
        let records = run.health ?? []
        let bad = records.filter { !$0.check.isHealthy }
        return Claim(
            name: "health", title: "Health checks found nothing",
            standing: records.isEmpty ? .notShown : bad.isEmpty ? .shown : .failed,
            text: records.isEmpty
                ? "no health check was made"
                : "\(moments(records)); " + (bad.first.map { unhealthy($0, of: bad.count) } ?? "all healthy"))
    }

    /// `2 checks before the flip, 14 in the window`.
    private static func moments(_ records: [HealthRecord]) -> String {
        let words: [(HealthCheck.Moment, String)] = [
            (.beforeFlip, "before the flip"), (.window, "in the window"), (.beforeConfirm, "before it was confirmed"),
        ]
        let counts = words.compactMap { moment, word -> String? in
            let count = records.filter { $0.check.moment == moment }.reduce(0) { $0 + $1.times }
            return count == 0 ? nil : "\(count.of("check")) \(word)"
        }
        return counts.joined(separator: ", ")
    }

    private static func unhealthy(_ first: HealthRecord, of count: Int) -> String {
        let check = first.check
        return "\(count.of("finding")) unhealthy: \(check.subject.rawValue) \(check.moment.rawValue): \(check.finding)"
            + (count > 1 ? ", …" : "")
    }

    private static func sides(_ run: RunDocument) -> Claim {
        let title = "The replacement failed no more often"
        guard let sides = run.sides else {
            return Claim(
                name: "sides", title: title, standing: .notShown, text: "the switches' counters were not read")
        }
        let standing: Claim.Standing =
            switch sides.verdict {
            case .alike, .better: .shown
            case .worse: .failed
            case .tooFew: .notShown
            }
        return Claim(
            name: "sides", title: title, standing: standing,
            text:
                "\(SidesText.verdict(sides.verdict)) by the switches' counters: legacy \(sides.legacy.packets) packets, \(sides.legacy.failed) failed; "
                + "replacement \(sides.replacement.packets) packets, \(sides.replacement.failed) failed",
            details: [
                sides.rule,
                "failed are packets to planned destinations that are keys of the map: their device was gone, or the replacement "
                    + "did not redirect them, or to a wrong device; that a pod got them, or that a MAC was right, no counter sees",
            ])
    }

    private static func outcome(_ run: RunDocument) -> Claim {
        let standing: Claim.Standing =
            switch run.state {
            case .committed, .finalized: isHeld(run) ? .shown : .failed
            case .rolledBack: run.proof.map { $0.identical ? .shown : .failed } ?? .notShown
            case .residual, .mixed: .failed
            default: .notShown
            }
        return Claim(
            name: "outcome",
            title: run.state == .rolledBack ? "The hooks are as before" : "Hooks are as the run left them",
            standing: standing, text: run.proof.map(RunWords.verdict) ?? RunWords.hooks(run),
            details: (run.proof?.differences ?? []) + (run.proof?.notCompared ?? []).map { "not compared: \($0)" })
    }

    /// No hook was found to hold something else.
    private static func isHeld(_ run: RunDocument) -> Bool {
        run.hooks.allSatisfy { $0.standing == nil || $0.standing == .ours }
    }
}

extension RunWords {
    /// `2 hooks with our program`, by how they were read back, or by the journal alone.
    static func hooks(_ run: RunDocument) -> String {
        let readings = run.hooks.compactMap { hook in
            hook.standing.map { HookReading(standing: $0, program: hook.after) }
        }
        guard readings.count == run.hooks.count, !readings.isEmpty else {
            return "\(run.hooks.count.of("hook")), by the journal"
        }
        return standings(readings)
    }
}
