import Model

/// The lists of a report as tables: the same columns in every format.
struct ReportTable {
    var title: String
    var columns: [String]
    var rows: [[String]]
    /// Rows that a long list has beyond those given.
    var more = 0

    /// Rows of one table in a page for people; the JSON holds all of them.
    static let limit = 200

    init(_ title: String, _ columns: [String], _ rows: [[String]], total: Int? = nil) {
        self.title = title
        self.columns = columns
        self.rows = Array(rows.prefix(Self.limit))
        more = max(0, max(total ?? 0, rows.count) - self.rows.count)
    }

    static func hooks(_ report: ReportDocument) -> ReportTable {
        if let run = report.run {
            return ReportTable(
                "Hooks before and after", ["Interface", "Hook", "Slot", "Before", "Ours", "After", "Found"],
                run.hooks.map { hook in
                    [
                        hook.interface + RunWords.namespace(of: hook, in: run),
                        "\(hook.kind.rawValue)/\(hook.direction.rawValue)", HookWords.place(hook),
                        Words.program(hook.before), hook.ours.map { Words.program($0) + behind($0, report) } ?? "–",
                        hook.after.map { Words.program($0) } ?? "none",
                        hook.standing?.rawValue ?? "by the journal",
                    ]
                })
        }
        let plan = report.plan
        return ReportTable(
            "Hooks, and what the plan does with them", ["Interface", "Hook", "Slot", "Program", "Action", "Why"],
            (plan?.hooks ?? []).map { hook in
                [
                    hook.interface + (plan.map { Words.elsewhere(hook.netns, than: $0.node.netns) } ?? ""),
                    "\(hook.kind.rawValue)/\(hook.direction.rawValue)", HookWords.place(hook),
                    Words.program(hook.program), hook.action.rawValue, hook.why,
                ]
            })
    }

    /// What a switch hands packets to.
    private static func behind(_ ours: ProgramReference, _ report: ReportDocument) -> String {
        guard let decision = report.plan?.decision, decision.cut == .switch, ours.name != decision.replacement.program
        else { return "" }
        return ", in front of \(decision.replacement.program)"
    }

    /// Of a run: what its plan saw, and left as it was.
    static func others(_ report: ReportDocument) -> ReportTable {
        let plan = report.run == nil ? nil : report.plan
        return ReportTable(
            "Hooks seen by the plan, and left alone", ["Interface", "Hook", "Slot", "Program", "Whose", "Why"],
            (plan?.hooks ?? []).filter { $0.action != .replace }.map { hook in
                [
                    hook.interface + (plan.map { Words.elsewhere(hook.netns, than: $0.node.netns) } ?? ""),
                    "\(hook.kind.rawValue)/\(hook.direction.rawValue)", HookWords.place(hook),
                    Words.program(hook.program), whose(hook.action), hook.why,
                ]
            })
    }

    private static func whose(_ action: PlanDocument.HookLine.Action) -> String {
        switch action {
        case .replace, .keep: "the deployment's"
        case .foreign: "somebody else's"
        case .ours: "another run's"
        }
    }

    static func entries(_ plan: PlanDocument) -> ReportTable {
        let total = plan.entriesTotal - (plan.verdicts[Verdict.match.rawValue] ?? 0)
        return ReportTable(
            "Entries that were no match",
            ["Address", "The map says", "The kernel says", "Lookup", "Verdict", "Effect", "Note"],
            plan.entries.filter { $0.verdict != .match }.map { finding in
                [
                    finding.address.description,
                    side(finding.legacy.interface, finding.legacy.ifindex, finding.legacy.mac),
                    kernel(finding.kernel), finding.kernel.lookup, finding.verdict.rawValue, finding.effect.rawValue,
                    finding.note,
                ]
            }, total: total)
    }

    private static func side(_ interface: String?, _ ifindex: UInt32, _ mac: MACAddress) -> String {
        "\(interface ?? "no such interface") (\(ifindex)) \(mac)"
    }

    private static func kernel(_ kernel: Finding.Kernel) -> String {
        guard let ifindex = kernel.ifindex else { return "–" }
        let via = kernel.gateway.map { " via \($0)" } ?? ""
        return "\(kernel.interface ?? "?") (\(ifindex))\(via) \(kernel.mac?.description ?? "no MAC")"
    }

    static func steps(_ report: ReportDocument) -> ReportTable {
        ReportTable(
            "The journal of the run",
            ["#", "Began (UTC)", "Since boot", "Phase", "Intent", "Evidence", "Took", "Command"],
            report.journal.map { entry in
                [
                    String(entry.sequence), Words.time(entry.startedAt), entry.startedNs.map(seconds) ?? "–",
                    entry.phase,
                    entry.intent, entry.evidence ?? "INTERRUPTED", ReportFacts.duration(entry),
                    entry.command.map(String.init) ?? "–",
                ]
            })
    }

    /// Seconds with microseconds.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let micro = String(nanoseconds / 1000 % 1_000_000)
        return "\(nanoseconds / 1_000_000_000).\(String(repeating: "0", count: 6 - micro.count))\(micro) s"
    }

    static func health(_ run: RunDocument) -> ReportTable {
        ReportTable(
            "Health checks", ["When", "What", "Healthy", "Finding", "Asked from", "First", "Times"],
            (run.health ?? []).map { record in
                let check = record.check
                return [
                    check.moment.rawValue, check.subject.rawValue, check.isHealthy ? "yes" : "NO", check.finding,
                    check.vantage, Words.time(check.at), String(record.times),
                ]
            })
    }

    static func counters(_ report: ReportDocument) -> ReportTable {
        ReportTable(
            "Packets by outcome", ["Outcome", "Packets"],
            report.counters.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { [$0.key, String($0.value)] })
    }

    static func sides(_ sides: TrafficSides) -> ReportTable {
        ReportTable(
            "What each side handled, from the flip until the run was looked at last",
            ["Side", "Packets", "Not redirected", "Failed"],
            [("legacy programs", sides.legacy), ("replacement", sides.replacement)].map { name, side in
                [name, String(side.packets), String(side.missed), String(side.failed)]
            })
    }

    static func strays(_ sides: TrafficSides) -> ReportTable {
        let rows = sides.strays.map { strays in
            [
                ["to another device than plan and map name", strays.misdirected, "failed"],
                ["to devices with no planned destination behind them", strays.outsiders, "failed"],
                ["to destinations that the map does not hold (widened)", strays.widened, "as the plan says"],
            ].map { (row: [Any]) in row.map { "\($0)" } }
        }
        return ReportTable(
            "What the replacement redirected, though not where the map would have sent it",
            ["Where", "Packets", "Counted as"],
            rows ?? [])
    }

    static func widened(_ plan: PlanDocument) -> ReportTable {
        ReportTable(
            "Destinations that are redirected only afterwards", ["Address", "Interface", "Why"],
            plan.membership.widened.map { [$0.address.description, $0.interface, $0.why] },
            total: plan.membership.widenedTotal)
    }

    static func gain(_ facts: ReportFacts) -> ReportTable {
        ReportTable(
            "\(facts.titles.bought), as far as it was measured", ["Term", "Value", "How it was measured"],
            facts.gain.map { [$0.term, $0.value, $0.how] })
    }

    static func claims(_ facts: ReportFacts) -> ReportTable {
        ReportTable(
            facts.titles.safe, ["Claim", "Standing", "Evidence"],
            facts.claims.map { [$0.title, $0.standing.rawValue, ([$0.text] + $0.details).joined(separator: "; ")] })
    }

    static func unobserved(_ report: ReportDocument) -> ReportTable {
        ReportTable(
            "Not seen, and why", ["What", "Why"], (report.unobserved ?? []).map { [$0.what, $0.why] })
    }

    static func identity(_ facts: ReportFacts) -> ReportTable {
        ReportTable("Who, where and when", ["", ""], facts.whole.map { [$0.name, $0.value] })
    }
}
