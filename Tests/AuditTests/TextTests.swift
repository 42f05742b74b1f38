import FoundationEssentials
import Model
import ModelSamples
import Testing

@testable import Audit

@Suite struct TextTests {
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `a list stops at twenty per verdict and says how many more`() throws {
        let template = try Sample.findings(matching: 0)[0]
        var findings: [Finding] = []
        for verdict in [Verdict.staleInterface, .macMismatch] {
            for number in 1...45 {
                var finding = template
                finding.address = try Sample.address("10.1.\(verdict == .macMismatch ? 1 : 0).\(number)")
                finding.verdict = verdict
                findings.append(finding)
            }
        }
        let text = PlanText.render(try Sample.plan(findings: findings))
        #expect(text.contains("\n  10.1.0.20 ") && !text.contains("\n  10.1.0.21 "))
        #expect(text.contains("\n  10.1.1.20 ") && !text.contains("\n  10.1.1.21 "))
        #expect(lines(text).filter { $0 == "  … and 25 more" }.count == 2)
    }

    @Test func `totals are the node's, not the document's`() throws {
        var plan = try Sample.plan()
        plan.membership.widenedTotal = 12_345
        plan.verdicts["stale-interface"] = 99_999
        let text = PlanText.render(plan)
        #expect(text.contains("Widened (12345):") && text.contains("  … and 12344 more"))
        #expect(text.contains("stale-interface (99999):") && text.contains("  … and 99998 more"))
    }

    @Test func `a map without room says so, and so does a pod that it does not know`() throws {
        var plan = try Sample.plan()
        #expect(!PlanText.render(plan).contains("no further address fits"))
        plan.maps[0].entries = Int(plan.maps[0].maxEntries)
        #expect(PlanText.render(plan).contains(" of 1024 entries: full, no further address fits\n"))
        let unknown = "may let in only what the map delivers"
        #expect(!PlanText.render(plan).contains(unknown))
        let kept = try #require(plan.hooks.firstIndex { $0.action == .keep })
        plan.hooks[kept].direction = .egress
        plan.membership.widened[0].interface = plan.hooks[kept].interface
        #expect(PlanText.render(plan).contains(unknown))
    }

    @Test func `a plan that is ready says how to apply it`() throws {
        let text = PlanText.render(try Sample.plan())
        #expect(
            lines(text).suffix(3) == [
                "Ready: 2 hooks would be replaced; nothing was changed.",
                "  Apply it:  migrate apply --node worker-7 \(Identifier.short(try Sample.plan().planID))",
                "",
            ])
        #expect(!text.contains("Blockers"))
    }

    @Test func `every state of a run ends with a command`() {
        for state in RunState.allCases {
            var run = Sample.rolledBack(planID: "p-1")
            run.state = state
            run.next = nil
            let last = lines(RunText.render(run)).suffix(2)
            #expect(last.first?.contains(":  migrate ") == true, "\(state)")
        }
    }

    @Test func `the next step that is given is shown`() {
        var run = Sample.rolledBack(planID: "p-1")
        run.next = NextStep(what: "Do this", command: "migrate that")
        #expect(RunText.render(run).hasSuffix("\n  Do this:  migrate that\n"))
    }

    @Test func `a run that changed nothing says so`() {
        var run = Sample.rolledBack(planID: "p-1")
        run.changed = false
        #expect(RunText.render(run).contains("Nothing was changed by this command."))
    }

    @Test func `a converted hook shows both programs`() {
        var run = Sample.rolledBack(planID: "p-1")
        run.state = .committed
        run.reason = nil
        run.proof = nil
        run.hooks[0].after = Sample.ours
        run.hooks[1].after = nil
        let text = RunText.render(run)
        #expect(
            text.contains(
                "~ hz   clsact/ingress  program 168 app_redirect (tag 646f99559a3b1c2d) → 203 fib_redirect (tag a1b2c3d4e5f60718)"
            ))
        #expect(text.contains("~ hz2  clsact/ingress  program 168 app_redirect (tag 646f99559a3b1c2d) → gone"))
        #expect(text.contains("Committed: 2 hooks on the replacement"))
    }

    private func sentence(_ readings: [HookReading], now: [HookReading]? = nil) -> String {
        var run = Sample.rolledBack(planID: "p-1")
        run.reason = .operator
        run.proof = Proof(
            at: Sample.time, hooks: readings, vanished: readings.filter { $0.standing == .vanished }.compactMap(\.line),
            differences: [], changedByOthers: [])
        run.now = now.map { HooksNow(at: Sample.time + 60, hooks: $0) }
        return lines(RunText.render(run)).dropLast(2).last ?? ""
    }

    @Test func `the outcome counts hooks as they were read`() {
        let back = HookReading(standing: .asBefore, program: Sample.ours)
        let gone = HookReading(standing: .vanished, program: nil, line: "hz tcx/ingress: link 7 is gone")
        let others = HookReading(standing: .others, program: Sample.ours, line: "hz: holds program 9")
        #expect(sentence([back, back]) == "Rolled back (by the operator): 2 hooks as before, proven identical.")
        #expect(
            sentence([gone])
                == "Rolled back (by the operator): 0 hooks as before, 1 vanished (link 7 is gone), nothing of the run is left."
        )
        #expect(
            sentence([back, others])
                == "Rolled back (by the operator): 1 hook as before, 1 with something of others, not identical.")
        #expect(
            sentence([back], now: [others])
                == "Rolled back (by the operator) on 2026-02-03 04:05:06 UTC: 1 hook as before, proven identical. Now: 0 hooks as before, 1 with something of others."
        )
    }

    @Test func `a hook elsewhere names its namespace, one at tcx its link`() {
        var run = Sample.rolledBack(planID: "p-1")
        run.nodeNetns = run.hooks[0].netns.cookie
        run.hooks[1].netns = NamespaceIdentity(cookie: 77, inode: 1, path: "/run/netns/pod1")
        run.hooks[1].kind = .tcx
        run.hooks[1].position = 0
        run.hooks[1].linkID = 31
        let text = RunText.render(run)
        #expect(text.contains("= hz                      clsact/ingress") && text.contains("= hz2 in /run/netns/pod1"))
        #expect(text.contains("    position 0, link 31; ") && !text.contains("prio 0"))
    }

    @Test func `a journal that was not read is said, and no run is called closed`() {
        let idle = StatusText.render(StatusDocument(state: "idle"))
        #expect(idle.hasPrefix("Idle: no run is open."))
        var unread = StatusDocument(state: "idle")
        unread.notRead = ["journal: the disk is full [MIG1504]"]
        #expect(StatusText.render(unread).contains("! journal: the disk is full"))
        #expect(StatusText.render(unread).contains("Idle as far as pins and hooks say: the journal was not read."))
    }

    @Test func `what is left while no run is open is not said to be unknown to the journal`() {
        let left = StatusDocument(state: "idle", leftovers: ["pins of run r-1 below /sys/fs/bpf/migrate"])
        #expect(StatusText.render(left).contains("No run is open, and yet something of one is in place; 1 left over."))
    }

    @Test func `a residue is listed`() {
        var run = Sample.rolledBack(planID: "p-1")
        run.state = .residual
        run.proof = Proof(vanished: ["hz2"], differences: ["hz: classid 0 instead of 1:1"], changedByOthers: [])
        let text = RunText.render(run)
        #expect(
            text.contains(
                "not identical: 1 difference\n    differs: hz: classid 0 instead of 1:1\n    vanished: hz2"
            ))
    }

    @Test func `status counts drift`() {
        #expect(
            StatusText.render(Sample.status()) == """
                Run r-77aa88bb99cc of plan p-0123456789ab

                Packets:
                  redirected  128400
                  fib-miss         3

                Drift (1):
                ! hz2 clsact/ingress: program 240 app_redirect, ours was 203

                State: committed, until reboot or until the interface is replaced; 1 line of drift.
                  Read all of it:  migrate report r-77aa88bb99cc

                """)
        #expect(
            StatusText.render(StatusDocument(state: "idle"))
                == "Idle: no run is open.\n  Look at the node:  migrate plan\n")
    }

    @Test func `history names the open run`() {
        let open = Sample.run(planID: "p-0123456789abcdef")
        var done = Sample.run(
            id: "r-1", planID: "p-0123456789abcdef", state: .rolledBack, startedAt: Sample.time - 3600)
        done.reason = .operator
        done.endedAt = done.startedAt + 61.5
        #expect(
            HistoryText.render([open, done]) == """
                RUN             STATE        REASON    STARTED                    TOOK  HOOKS  PLAN
                r-77aa88bb99cc  installing             2026-02-03 04:05:06 UTC              2  p-0123456789ab
                r-1             rolled-back  operator  2026-02-03 03:05:06 UTC  61.5 s      2  p-0123456789ab

                2 runs, open: r-77aa88bb99cc.
                  Read one:  migrate report r-77aa88bb99cc

                """)
        let snapshot = SnapshotSummary(
            id: "s-3f9c1a2b4d5e", takenAt: Sample.time, node: "worker-7", profile: "istio-ambient", entries: 131)
        #expect(
            HistoryText.render([done], snapshots: [snapshot]).hasSuffix(
                """

                SNAPSHOT        TAKEN                    PROFILE        ENTRIES
                s-3f9c1a2b4d5e  2026-02-03 04:05:06 UTC  istio-ambient      131

                1 run, none open, 1 snapshot kept.
                  Read one:  migrate report r-1

                """))
        let plan = PlanSummary(
            id: "p-0123456789abcdef", createdAt: Sample.time, snapshotID: nil, node: "worker-7",
            profile: "istio-ambient", blockers: 2, runs: 1)
        #expect(
            HistoryText.render([done], plans: [plan]).contains(
                """

                PLAN            MADE                     PROFILE        BLOCKERS  RUNS
                p-0123456789ab  2026-02-03 04:05:06 UTC  istio-ambient         2     1

                1 run
                """))
        #expect(HistoryText.render([], snapshots: [snapshot]).contains("Read one:  migrate show s-3f9c1a2b4d5e"))
        #expect(HistoryText.render([]) == "No run is recorded.\n  Look at the node:  migrate plan\n")
        #expect(lines(HistoryText.render(Array(repeating: done, count: 30))).contains("… and 10 more"))
    }

    @Test func `a snapshot shows twenty of each, and names other namespaces`() throws {
        var snapshot = try Sample.snapshot()
        var hook = try #require(snapshot.hooks.first { $0.netns.cookie == snapshot.node.netns.cookie })
        hook.netns = Sample.podNetns
        snapshot.hooks = Array(repeating: hook, count: 500)
        let text = SnapshotText.render(snapshot)
        #expect(text.contains("  … and 480 more\n") && lines(text).count < 60)
        #expect(text.contains(Sample.podNetns.elsewhere(than: snapshot.node.netns.cookie)), "\(text)")
    }

    @Test func `JSON is the document`() throws {
        let text = try ReportJSON.render(try Sample.report())
        #expect(text.hasPrefix("{\n") && text.hasSuffix("}\n"))
        let read = try JSON.decode(ReportDocument.self, from: Array(text.utf8))
        #expect(read.run?.runID == "r-77aa88bb99cc")
    }

    @Test(arguments: [
        (0, "0 µs"), (999, "999 µs"), (1000, "1.0 ms"), (12_449, "12.4 ms"), (3_215_000, "3.2 s"),
        (119_000_000, "119.0 s"), (121_000_000, "2 min 1 s"),
    ])
    func `durations read well`(microseconds: Int, text: String) {
        #expect(Words.duration(microseconds: microseconds) == text)
    }

    @Test func `no text has blanks at the end of a line or colour`() throws {
        for text in [
            PlanText.render(try Sample.plan(blocked: true)), ReportText.render(try Sample.report()),
            RunText.render(Sample.rolledBack(planID: "p-1")), StatusText.render(Sample.status()),
        ] {
            #expect(lines(text).allSatisfy { !$0.hasSuffix(" ") && !$0.contains("\u{1b}") })
        }
    }
}
