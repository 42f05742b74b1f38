import FoundationEssentials
import Model

/// What every format of a report says, in the same words and order: computed from the document alone.
struct ReportFacts {
    /// A name and what is said of it.
    struct Row {
        var name: String
        var value: String
    }

    let report: ReportDocument
    let claims: [Claim]
    let gain: [GainWords.Row]

    init(_ report: ReportDocument) {
        self.report = report
        claims = Claims.of(report)
        let isUndone = report.run?.state == .rolledBack
        gain = report.gain.map { GainWords.rows($0, isUndone: isUndone) } ?? []
    }

    var title: String {
        let subject = report.run == nil ? "plan" : "run"
        return "Report of \(subject) \(Identifier.short(report.subject)) on node \(report.node.name)"
    }

    /// What two parts are called, by what became of the change.
    var titles: (safe: String, bought: String) {
        switch report.run?.state {
        case nil: ("Why it would be safe", "What it would buy")
        case .rolledBack, .gone: ("Why it was safe", "What it bought while it stood")
        default: ("Why it is safe", "What it buys")
        }
    }

    /// The outcome in a sentence.
    var verdict: String {
        if let run = report.run { return RunOutcome.sentence(of: run, isReport: true) }
        guard let plan = report.plan else { return "Nothing is known." }
        let count = plan.hooks.count { $0.action == .replace }.of("hook")
        if let first = plan.blockers.first {
            return "Planned for \(count), blocked by \(first.code); nothing was changed."
        }
        return "Planned for \(count); nothing was changed."
    }

    /// Whether what it tells of ended, or stands, as it should.
    var isGood: Bool {
        guard let run = report.run else { return report.plan?.blockers.isEmpty == true }
        switch run.state {
        case .committed, .finalized, .provisional: return claims.allSatisfy { $0.standing != .failed }
        case .rolledBack: return run.proof?.identical == true
        default: return false
        }
    }

    var next: NextStep {
        guard let run = report.run else {
            let again = "migrate plan --node \(report.node.name.shellWord)"
            guard let plan = report.plan, plan.blockers.isEmpty else {
                return NextStep(what: "Plan again", command: again)
            }
            return NextStep(
                what: "Apply it",
                command: "migrate apply --node \(report.node.name.shellWord) \(Identifier.short(plan.planID))")
        }
        let next = RunOutcome.next(of: run)
        guard next.command.hasPrefix("migrate report") else { return next }
        return NextStep(what: "Plan again", command: "migrate plan --node \(report.node.name)")
    }

    // MARK: Who, where, when

    var identity: [Row] {
        var rows = [
            Row(name: "node", value: report.node.name), Row(name: "machine", value: report.node.machineID),
            Row(name: "boot", value: report.node.bootID),
        ]
        if let start = report.startedAt {
            let end = report.endedAt.map { " to \(Words.time($0)), \(self.duration(from: start, to: $0))" } ?? ""
            rows.append(Row(name: "when", value: Words.time(start) + end))
        }
        rows.append(Row(name: "tool", value: tool))
        rows.append(Row(name: "kernel", value: kernel))
        if let plan = report.plan {
            rows.append(
                Row(
                    name: "plan",
                    value: "\(Identifier.short(plan.planID)) of \(Words.time(plan.createdAt)): \(Self.profile(plan))"))
            rows.append(Row(name: "paths", value: Self.paths(plan)))
        } else if let run = report.run {
            rows.append(Row(name: "plan", value: Identifier.short(run.planID)))
        }
        return rows
    }

    /// The commands in their order, who gave each.
    var commands: [String] {
        let commands = report.commands ?? []
        return commands.isEmpty ? ["not recorded"] : commands.map(Self.words)
    }

    /// The same, numbered as the steps name them, then the rest.
    var whole: [Row] {
        commands.enumerated().map { Row(name: "command \($0 + 1)", value: $1) } + identity
    }

    /// `migrate apply … (uid 0, login uid 1000, sudo by anna; 2026-02-03 04:05:06 UTC)`.
    static func words(of command: CommandRecord) -> String {
        let actor = command.actor
        var who = ["uid \(actor.uid)"]
        who.append(actor.loginUID.map { "login uid \($0)" } ?? "no login session")
        if let user = actor.sudoUser { who.append("sudo by \(user)") }
        if let pod = actor.pod { who.append("pod \(pod.namespace.map { "\($0)/" } ?? "")\(pod.name)") }
        let line = (["migrate"] + command.arguments.map(\.shellWord)).joined(separator: " ")
        return "\(line) (\(who.joined(separator: ", ")); \(Words.time(command.startedAt)))"
    }

    private var kernel: String {
        let btf = report.commands?.compactMap(\.btf).first.map { ", BTF sha256 \($0.prefix(16))…" } ?? ""
        return report.node.kernel + btf
    }

    private var tool: String {
        let command = report.commands?.last
        let build = command?.buildID.map { ", build \($0.prefix(16))" } ?? ""
        let file = report.commands?.compactMap(\.executable).first.map { ", sha256 \($0.prefix(16))…" } ?? ""
        return "\(report.tool.version), object \(report.tool.object.prefix(12))\(build)\(file)"
    }

    static func profile(_ plan: PlanDocument) -> String {
        "\(plan.profile), membership \(plan.membership.chosen.rawValue), egress \(plan.decision.egress.rawValue), "
            + "cut \(plan.decision.cut.rawValue)"
    }

    static func paths(_ plan: PlanDocument) -> String {
        "\(plan.membership.widenedTotal.of("destination")) redirected only afterwards (widened), "
            + "\(plan.membership.lostTotal) no longer (lost)"
    }

    /// By the clock that nobody sets back, where the journal has it.
    private func duration(from start: Date, to end: Date) -> String {
        guard end >= start, let first = report.journal.compactMap(\.startedNs).min(),
            let last = report.journal.compactMap(\.endedNs).max(), last >= first
        else { return Words.duration(from: start, to: end) }
        return Words.duration(microseconds: Int((last - first) / 1000))
    }

    // MARK: Steps

    /// How long a step took, by the clock that nobody sets back where it is known.
    static func duration(_ entry: JournalEntry) -> String {
        if let nanoseconds = entry.nanoseconds { return Words.duration(microseconds: Int(nanoseconds / 1000)) }
        return entry.endedAt.map { Words.duration(from: entry.startedAt, to: $0) } ?? ""
    }
}
