import Model

/// How a run stands in one sentence, and what to type next.
enum RunOutcome {
    /// - Parameter isReport: it speaks of the past, so what this command changed is not asked.
    static func sentence(of run: RunDocument, isReport: Bool = false) -> String {
        let reason = run.reason.map { " (\(OutlookWords.word($0)))" } ?? ""
        let unchanged = run.changed || isReport ? "" : " Nothing was changed by this command."
        return state(of: run, reason: reason) + unchanged
    }

    private static func state(of run: RunDocument, reason: String) -> String {
        let hooks = Words.count(run.hooks.count, "hook")
        switch run.state {
        case .installing: return "Installing\(reason): \(hooks) are being replaced, or a command died while they were."
        case .shadow:
            let traffic = run.fellForward == true ? OutlookWords.fellForward : "every packet on the legacy program"
            return "Shadow\(reason): \(hooks) compared in the slot, \(traffic)."
        case .provisional:
            return "Provisional\(reason): "
                + OutlookWords.window(
                    share: run.share, until: run.confirmBy, seconds: run.confirmInSeconds,
                    fallsForward: run.fellForward == true) + "."
        case .expired:
            return "Expired\(reason): \(run.fellForward == true ? OutlookWords.fellForward : OutlookWords.expired)."
        case .rollingBack: return "Rolling back\(reason): not finished yet."
        case .committed:
            return "Committed\(reason): \(hooks) on the replacement, \(OutlookWords.lasting)."
        case .finalized:
            return "Finalized\(reason): \(hooks) on the replacement, \(OutlookWords.lasting); "
                + "the legacy programs are let go."
        case .rolledBack: return rolledBack(run, reason: reason)
        case .residual: return "Rolled back with a residue\(reason): see what differs above."
        case .mixed:
            return "MIXED STATE\(reason): some hooks are neither as before nor as planned. Stop the fleet and look."
        case .gone:
            return
                "Gone\(reason): the kernel's state does not survive a boot; nothing is left to undo.  [\(Code.goneWithBoot.text)]"
        }
    }

    /// Of a run that was settled before: what was proven then, and what holds now.
    private static func rolledBack(_ run: RunDocument, reason: String) -> String {
        let hooks = Words.count(run.hooks.count, "hook")
        guard let proof = run.proof else { return "Rolled back\(reason): \(hooks), not proven." }
        let proven = proof.hooks.map(RunWords.standings) ?? "\(hooks) as before"
        let isAnyBack = proof.hooks?.contains { $0.standing == .asBefore } ?? true
        let verdict =
            !proof.identical ? ", not identical" : isAnyBack ? ", proven identical" : ", nothing of the run is left"
        guard let now = run.now else { return "Rolled back\(reason): \(proven)\(verdict)." }
        let then = proof.at.map { " on \(Words.time($0))" } ?? " then"
        return "Rolled back\(reason)\(then): \(proven)\(verdict). Now: \(RunWords.standings(now.hooks))."
    }

    static func next(of run: RunDocument) -> NextStep {
        if let next = run.next { return next }
        let id = Identifier.short(run.runID)
        switch run.state {
        case .installing, .rollingBack, .expired: return NextStep(what: "Settle it", command: "migrate resume \(id)")
        case .shadow: return NextStep(what: "End it", command: "migrate resume \(id)")
        case .provisional: return NextStep(what: "Keep it", command: "migrate confirm \(id)")
        case .committed, .finalized: return NextStep(what: "See that it holds", command: "migrate status")
        case .rolledBack, .gone: return NextStep(what: "Read all of it", command: "migrate report \(id)")
        case .residual, .mixed: return NextStep(what: "See what holds now", command: "migrate status -o json")
        }
    }
}
