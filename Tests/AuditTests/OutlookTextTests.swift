import FoundationEssentials
import Model
import ModelSamples
import Testing

@testable import Audit

/// Deadline, share and reason as an operator reads them.
@Suite struct OutlookTextTests {
    private func run(_ sample: (run: RunRecord, outlook: RunOutlook)) -> String {
        RunText.render(RunDocument(sample.run, changed: true, outlook: sample.outlook))
    }

    private func end(_ text: String) -> String {
        text.split(separator: "\n").suffix(2).joined(separator: "\n")
    }

    private func status(_ sample: (run: RunRecord, outlook: RunOutlook)) -> StatusDocument {
        var document = StatusDocument(state: "idle")
        document.show(sample.run, sample.outlook)
        return document
    }

    @Test func `a provisional run`() {
        #expect(
            run(Sample.switched()).hasSuffix(
                """

                Provisional: the replacement has the traffic until 04:15:04Z (in 9 min 58 s), then the legacy programs take it back by themselves.
                  keep it (take it back: abort; more time: extend):  migrate confirm r-77aa88bb99cc

                """))
        #expect(
            StatusText.render(status(Sample.switched())) == """
                Run r-77aa88bb99cc of plan p-0123456789ab

                State: provisional: the replacement has the traffic until 04:15:04Z (in 9 min 58 s), then the legacy programs take it back by themselves; waiting for a confirmation.
                  keep it (take it back: abort; more time: extend):  migrate confirm r-77aa88bb99cc

                """)
    }

    @Test func `a part of the flows, a long window, none that is known`() {
        #expect(run(Sample.switched(share: 3277)).contains("Provisional: the replacement has 5 % of the flows until "))
        let long = run(Sample.switched(left: 86_400_000 * 3 + 3_600_000))
        #expect(long.contains("has the traffic until 2026-02-06 05:05:06 UTC (in 3 d 1 h), then"))
        #expect(run(Sample.switched(left: nil)).contains("the replacement has the traffic; until when is not known."))
    }

    @Test func `expired, committed and finalized say what packets take, and for how long`() {
        let expired = Sample.switched(.provisional, .expired)
        #expect(
            end(run(expired)) == """
                Expired (not confirmed in time): packets take the legacy programs; ours still sit in the slots.
                  settle it:  migrate resume r-77aa88bb99cc
                """)
        #expect(StatusText.render(status(expired)).contains("State: expired (not confirmed in time): packets take the"))
        let broken = Sample.switched(.provisional, .breaker)
        #expect(run(broken).contains("Expired (too many failures in the kernel): "))
        #expect(
            end(run(Sample.switched(.provisional, .committed))) == """
                Committed: 2 hooks on the replacement, until reboot or until the interface is replaced.
                  take it back (once it has proved itself: finalize, no way back):  migrate rollback --node worker-7 r-77aa88bb99cc
                """)
        #expect(
            StatusText.render(status(Sample.switched(.committed, .committed))).contains(
                "State: committed, until reboot or until the interface is replaced."))
        #expect(run(Sample.switched(.finalized)).contains("Finalized: 2 hooks on the replacement, until reboot or"))
    }

    @Test func `a hook shows the program that the state puts there, with the cut's guarantee`() {
        let committed = run(Sample.switched(.committed, .committed)), finalized = run(Sample.switched(.finalized))
        #expect(committed.contains("→ 203 fib_redirect") && !committed.contains("→ 204"))
        #expect(finalized.contains("→ 204 fib_redirect") && !finalized.contains("→ 203"))
        #expect(committed.contains(CutKind.switch.guarantee(at: .clsact)))
        // With the legacy pins gone there is nothing to put back by hand.
        #expect(committed.contains("By hand") && !finalized.contains("By hand"))
    }

    @Test func `history shows what holds, and until when`() {
        let (open, outlook) = Sample.switched(.installing, .open, share: 3277)
        var done = Sample.run(id: "r-1", planID: "p-0123456789abcdef", state: .rolledBack)
        (done.reason, done.endedAt) = (.deadline, done.startedAt + 61.5)
        #expect(
            HistoryText.render([open, done], outlooks: [outlook, .journal(done)]) == """
                RUN             STATE            UNTIL      REASON    STARTED                    TOOK  HOOKS  PLAN
                r-77aa88bb99cc  provisional 5 %  04:15:04Z            2026-02-03 04:05:06 UTC              2  p-0123456789ab
                r-1             rolled-back                 deadline  2026-02-03 04:05:06 UTC  61.5 s      2  p-0123456789ab

                2 runs, open: r-77aa88bb99cc.
                  Read one:  migrate report r-77aa88bb99cc

                """)
    }

    @Test func `packets that fall forward are not said to take the legacy programs`() {
        var (record, outlook) = Sample.switched(.provisional, .expired)
        // What is waited for was said when the outlook was made (RunOutlookTests).
        (outlook.fallForward, outlook.waitingFor) = (.counted, nil)
        for text in [run((record, outlook)), StatusText.render(status((record, outlook)))] {
            #expect(
                text.contains("packets fall forward") && !text.contains("packets take the legacy programs"), "\(text)")
        }
        (record, outlook) = Sample.switched()
        outlook.fallForward = .unreachable
        for text in [run((record, outlook)), StatusText.render(status((record, outlook)))] {
            #expect(
                text.contains("then packets fall forward") && !text.contains("take it back by themselves"), "\(text)")
        }
    }

    @Test func `a run of which only the pins are known: who has the traffic, as its cell says`() {
        func words(_ state: CellState) -> String {
            let (record, outlook) = Sample.switched(.installing, state)
            let sight = CellSight(word: CellWord(state: state, share: CellWord.wholeShare), remainingMilliseconds: nil)
            return OutlookText.pinned(record.id, outlook, .seen(sight))
        }
        let id = "run r-77aa88bb99cc"
        #expect(
            words(.open).hasPrefix("\(id) is provisional: the replacement has the traffic until 04:15:04Z (in 9 min"))
        #expect(words(.committed).hasPrefix("\(id) is committed: the replacement has the traffic, until reboot"))
        #expect(words(.legacy) == "\(id) is installing: packets take the legacy programs")
        #expect(words(.rolledBack) == "\(id) is rolling-back: packets take the legacy programs")
        #expect(words(.expired).hasPrefix("\(id) is expired (not confirmed in time): packets take the legacy programs"))
        let outlook = Sample.switched(.installing).outlook
        #expect(
            OutlookText.pinned("r-1", outlook, .none)
                == "run r-1: who has the traffic is not known, no cell of it is pinned")
        #expect(OutlookText.pinned("r-1", outlook, .unreadable("x")).hasSuffix("its cell cannot be read: x"))
    }

    @Test func `what remains of the deployment is told, and is no drift`() {
        var document = status(Sample.switched(.finalized))
        document.remains = ["map app_info pinned at /sys/fs/bpf/ambient/app_info (12 entries): a plugin may load it"]
        let text = StatusText.render(document)
        #expect(text.contains("\nStill there (1):\n  map app_info pinned at /sys/fs/bpf/ambient/app_info (12 entries)"))
        #expect(text.contains("\nState: finalized, until reboot or until the interface is replaced.\n"))
        let (run, outlook) = Sample.switched(.finalized)
        var report = RunDocument(run, changed: true, outlook: outlook)
        report.remains = document.remains
        #expect(RunText.render(report).contains("Still there (1):"))
    }

    @Test(
        arguments: [
            (0, "0 s"), (59, "59 s"), (60, "1 min"), (598, "9 min 58 s"), (3600, "1 h"), (3661, "1 h 1 min"),
            (86_400, "1 d"), (2_592_000, "30 d"), (90_061, "1 d 1 h"),
        ])
    func `two units at most`(seconds: Int, text: String) {
        #expect(Duration.words(seconds: seconds) == text)
    }
}
