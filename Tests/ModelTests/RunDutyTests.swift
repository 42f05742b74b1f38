import FoundationEssentials
import Model
import ModelSamples
import Testing

/// What is to be done about a run, for every state of the journal and of the cell.
@Suite struct RunDutyTests {
    private func duty(
        _ state: RunState, _ cell: CellReading, reason: RunReason? = nil, isFinalizing: Bool = false,
        sameBoot: Bool = true
    ) -> RunDuty {
        var run = Sample.run(planID: "p-1", state: state)
        run.reason = reason
        run.cut = .switch
        let outlook = RunOutlook(
            run, cell: cell, isFinalizing: isFinalizing, bootID: sameBoot ? run.bootID : "another", node: "node-a",
            again: "migrate plan")
        return RunDuty(outlook, journal: state, cell: cell)
    }

    private func seen(_ state: CellState, left: Int? = nil) -> CellReading {
        .seen(CellSight(word: CellWord(state: state, share: CellWord.wholeShare), remainingMilliseconds: left))
    }

    @Test func `the cell decides, however far the journal came`() {
        for journal in [RunState.installing, .provisional, .committed, .expired] {
            #expect(duty(journal, seen(.open, left: 1000)) == .wait, "\(journal)")
            #expect(duty(journal, seen(.open, left: 0)) == .takeBack(.deadline), "\(journal)")
            #expect(duty(journal, seen(.expired)) == .takeBack(.deadline), "\(journal)")
            #expect(duty(journal, seen(.breaker)) == .takeBack(.breaker), "\(journal)")
            #expect(duty(journal, seen(.rolledBack)) == .takeBack(.operator), "\(journal)")
            #expect(duty(journal, seen(.committed)) == (journal == .committed ? .nothing : .recordCommit), "\(journal)")
            #expect(duty(journal, seen(.legacy)) == .takeBack(.failure), "\(journal): it has not flipped")
        }
    }

    @Test func `a rollback that was begun is ended, and keeps its reason`() {
        #expect(duty(.rollingBack, seen(.rolledBack), reason: .deadline) == .takeBack(.deadline))
        #expect(duty(.rollingBack, .none, reason: .health) == .takeBack(.health))
        #expect(duty(.rollingBack, seen(.legacy), reason: .failure) == .takeBack(.failure))
        for state in [RunState.residual, .mixed] { #expect(duty(state, .none) == .takeBack(.operator)) }
    }

    @Test func `without a cell the journal speaks`() {
        #expect(duty(.installing, .none) == .takeBack(.failure))
        #expect(duty(.provisional, .none) == .takeBack(.failure), "nothing can confirm it any more")
        #expect(duty(.expired, .none) == .takeBack(.deadline))
        for state in [RunState.committed, .finalized, .rolledBack, .gone] { #expect(duty(state, .none) == .nothing) }
    }

    @Test func `a cell that cannot be read is not guessed at`() {
        #expect(duty(.provisional, .unreadable("no permission")) == .unknown("no permission"))
        #expect(duty(.committed, .unreadable("no permission")) == .nothing)
    }

    @Test func `past the point of no return a finalize is ended`() {
        #expect(duty(.committed, .none, isFinalizing: true) == .finalize)
        #expect(duty(.committed, seen(.committed), isFinalizing: true) == .finalize)
    }

    @Test func `a reboot takes every run with it but those that were over`() {
        for state in RunState.allCases {
            let over = state == .gone || state == .rolledBack
            #expect(duty(state, .none, sameBoot: false) == (over ? .nothing : .close), "\(state)")
        }
    }
}
