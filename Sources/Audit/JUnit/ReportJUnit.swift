import FoundationEssentials
import Model

/// A report as JUnit XML, as CI systems read it: each claim and each hook a test case.
public enum ReportJUnit {
    public static func render(_ report: ReportDocument) -> String {
        let facts = ReportFacts(report)
        let suites = [
            Suite(name: "safety", cases: facts.claims.map(Case.init)),
            Suite(name: "hooks", cases: (report.run?.hooks ?? []).map { Case($0, report) }),
        ].filter { !$0.cases.isEmpty }
        let all = suites.flatMap(\.cases)
        var xml = XMLText()
        xml.open(
            "testsuites",
            [("name", "migrate"), ("time", seconds(report))] + counts(all))
        for (index, suite) in suites.enumerated() {
            xml.open(
                "testsuite",
                [("name", suite.name), ("hostname", report.node.name), ("timestamp", timestamp(report)), ("time", "0")]
                    + counts(suite.cases))
            if index == 0 { properties(facts, &xml) }
            for test in suite.cases { write(test, &xml) }
            if index == suites.count - 1 { xml.element("system-out", [], ReportText.render(report)) }
            xml.close("testsuite")
        }
        xml.close("testsuites")
        return xml.text
    }

    private struct Suite {
        var name: String
        var cases: [Case]
    }

    private struct Case {
        var suite: String
        var name: String
        var standing: Claim.Standing
        var message: String
        var details: [String]

        init(_ claim: Claim) {
            (suite, name, standing) = ("migrate.safety", "\(claim.name): \(claim.title)", claim.standing)
            (message, details) = (claim.text, claim.details)
        }

        init(_ hook: RunDocument.HookLine, _ report: ReportDocument) {
            suite = "migrate.hooks"
            let place = report.run.map { RunWords.namespace(of: hook, in: $0) } ?? ""
            name =
                "\(hook.interface)\(place) \(hook.kind.rawValue)/\(hook.direction.rawValue) \(HookWords.place(hook))"
            message = hook.standing?.rawValue ?? "by the journal"
            standing =
                switch hook.standing {
                case .asBefore?, .ours?: .shown
                case .others?, .differs?: .failed
                case .vanished?, .unknown?, nil: .notShown
                }
            details = [
                "before: \(Words.program(hook.before))", "after: \(hook.after.map { Words.program($0) } ?? "none")",
            ]
        }
    }

    private static func write(_ test: Case, _ xml: inout XMLText) {
        xml.open("testcase", [("classname", test.suite), ("name", test.name), ("time", "0")])
        switch test.standing {
        case .shown: xml.element("system-out", [], ([test.message] + test.details).joined(separator: "\n"))
        case .failed:
            xml.element(
                "failure", [("message", test.message), ("type", "failed")], test.details.joined(separator: "\n"))
        case .notShown: xml.element("skipped", [("message", test.message)], "")
        }
        xml.close("testcase")
    }

    private static func properties(_ facts: ReportFacts, _ xml: inout XMLText) {
        let rows =
            facts.whole.map { ($0.name, $0.value) } + [("verdict", facts.verdict)]
            + facts.gain.map { ($0.term, "\($0.value) (\($0.how))") }
            + (facts.report.unobserved ?? []).map { ("not observed: \($0.what)", $0.why) }
        xml.open("properties", [])
        for (name, value) in rows { xml.empty("property", [("name", name), ("value", value)]) }
        xml.close("properties")
    }

    private static func counts(_ cases: [Case]) -> [(String, String)] {
        [
            ("tests", String(cases.count)), ("failures", String(cases.count { $0.standing == .failed })),
            ("errors", "0"), ("skipped", String(cases.count { $0.standing == .notShown })),
        ]
    }

    private static func timestamp(_ report: ReportDocument) -> String {
        String((report.startedAt ?? report.createdAt).formatted(.iso8601).prefix(19))
    }

    /// Of the run; 0 where it is not over.
    private static func seconds(_ report: ReportDocument) -> String {
        guard let start = report.startedAt, let end = report.endedAt, end > start else { return "0" }
        return String(Int(end.timeIntervalSince(start)))
    }
}
