import FoundationEssentials
import Model
import ModelSamples
import Testing

/// Every state of the journal × every word of the cell × this boot and another.
@Suite struct RunOutlookTests {
    private static let sights: [CellSight?] =
        [nil]
        + CellState.allCases.map { state in
            CellSight(
                word: CellWord(state: state, share: CellWord.wholeShare),
                remainingMilliseconds: state == .open ? 598_999 : nil)
        }
    private static let past = CellSight(
        word: CellWord(state: .open, share: CellWord.wholeShare), remainingMilliseconds: 0)

    private func outlook(
        _ state: RunState, _ cell: CellReading, boot: String = Sample.node.bootID, cut: CutKind = .switch,
        reason: RunReason? = nil, finalizing: Bool = false
    ) -> RunOutlook {
        var run = Sample.run(planID: "p-1", state: state)
        (run.cut, run.reason) = (cut, reason)
        return RunOutlook(
            run, cell: cell, isFinalizing: finalizing, bootID: boot, node: "worker-7", now: Sample.time,
            again: "migrate plan --again")
    }

    private func seen(_ sight: CellSight?) -> CellReading { sight.map { .seen($0) } ?? .none }

    /// The table, row by row: what the journal says, then what holds with no cell, and with each word of it.
    private static let table: [(RunState, [RunState])] = {
        // none, legacy, open, committed, expired, breaker, rolled-back
        let kernel: [RunState] = [.provisional, .committed, .expired, .expired, .rollingBack]
        return [
            (.installing, [.installing, .installing] + kernel), (.shadow, [.shadow, .shadow] + kernel),
            (.provisional, [.provisional, .installing] + kernel), (.expired, [.expired, .installing] + kernel),
            (.rollingBack, [.rollingBack, .rollingBack] + kernel),
            (.committed, [.committed, .installing] + kernel),
        ]
            + ([.finalized, .rolledBack, .residual, .mixed, .gone] as [RunState]).map {
                ($0, Array(repeating: $0, count: 7))
            }
    }()

    @Test func `the table has every state`() {
        #expect(Set(Self.table.map(\.0)) == Set(RunState.allCases))
        #expect(Self.table.allSatisfy { $0.1.count == Self.sights.count })
    }

    @Test func `in this boot the cell decides what packets take, the journal what a proof found`() {
        for (journal, states) in Self.table {
            for (sight, state) in zip(Self.sights, states) {
                let found = outlook(journal, seen(sight))
                #expect(found.state == state, "\(journal), cell \(String(describing: sight?.word.state))")
                #expect(found.next?.command.hasPrefix("migrate ") == true)
                #expect((0...100).contains(found.share))
            }
            // Past the deadline, whether or not the timer has written it.
            let late = outlook(journal, .seen(Self.past))
            #expect(late.state == outlook(journal, seen(Self.sights[4])).state)
            #expect(late.confirmBy == nil && late.confirmInSeconds == nil && late.reason != .reboot || journal == .gone)
        }
    }

    @Test func `another boot takes all of it but what was over`() {
        for journal in RunState.allCases {
            for sight in Self.sights {
                let found = outlook(journal, seen(sight), boot: "another", reason: .operator)
                #expect(found.state == (journal == .rolledBack ? .rolledBack : .gone))
                #expect(found.reason == (journal == .rolledBack ? .operator : .reboot))
                #expect(found.share == 0 && found.confirmBy == nil && found.waitingFor == nil)
                #expect(found.next?.command == "migrate plan --again")
            }
        }
    }

    @Test func `share, deadline and reason follow the cell`() {
        for (number, sight) in Self.sights.enumerated() {
            let found = outlook(.provisional, seen(sight))
            #expect(found.share == [100, 0, 100, 100, 0, 0, 0][number])
            #expect(found.reason == [nil, nil, nil, nil, .deadline, .breaker, nil][number])
            #expect((found.confirmInSeconds == 598) == (sight?.word.state == .open))
        }
        let open = outlook(.provisional, seen(Self.sights[2]), reason: .operator)
        #expect(open.confirmBy == Sample.time + 598.999 && open.next?.at == open.confirmBy && open.reason == nil)
        #expect(open.next?.command == "migrate confirm r-77aa88bb99cc")
        #expect(
            open.next?.what
                == "keep it (take it back: abort; more time: extend)")
    }

    @Test func `a part of the flows is not confirmed: what follows is the rest of them`() {
        let word = CellWord(state: .open, share: 3_277)
        let found = outlook(.provisional, .seen(CellSight(word: word, remainingMilliseconds: 598_000)))
        #expect(found.next?.command == "migrate canary 100% r-77aa88bb99cc" && found.next?.at == found.confirmBy)
        #expect(found.next?.what.contains("then confirm") == true)
    }

    @Test(
        arguments: [(0, 0), (1, 1), (3_276, 5), (3_277, 5), (32_768, 50), (65_535, 99), (65_536, 100)]
            as [(UInt32, Int)])
    func `a share is a per cent, and a part is neither none nor all`(share: UInt32, percent: Int) {
        let word = CellWord(state: .open, share: share)
        let sight = CellSight(word: word, remainingMilliseconds: 1)
        #expect(outlook(.provisional, .seen(sight)).share == percent)
    }

    @Test func `an open cell without a deadline is provisional without one`() {
        let word = CellWord(state: .open, share: CellWord.wholeShare)
        let found = outlook(.provisional, .seen(CellSight(word: word, remainingMilliseconds: nil)))
        #expect(found.state == .provisional && found.confirmBy == nil && found.next?.at == nil)
    }

    @Test func `a cell that cannot be read leaves the journal's word, and says so`() {
        for journal in RunState.allCases {
            #expect(outlook(journal, .unreadable("no permission")).state == journal)
        }
        #expect(outlook(.provisional, .unreadable("no permission")).waitingFor?.contains("no permission") == true)
        let lost = outlook(.provisional, .none)
        #expect(
            lost.waitingFor?.contains("cell is gone") == true && lost.next?.command == "migrate resume r-77aa88bb99cc")
    }

    @Test(
        arguments: [
            (.installing, "migrate resume r-77aa88bb99cc"), (.expired, "migrate resume r-77aa88bb99cc"),
            (.rollingBack, "migrate resume r-77aa88bb99cc"),
            (.committed, "migrate rollback --node worker-7 r-77aa88bb99cc"),
            (.residual, "migrate rollback --node worker-7 r-77aa88bb99cc"),
            (.mixed, "migrate rollback --node worker-7 r-77aa88bb99cc"), (.finalized, "migrate status"),
            (.rolledBack, "migrate plan --again"),
        ] as [(RunState, String)])
    func `what to type next`(state: RunState, command: String) {
        #expect(outlook(state, .none).next?.command == command)
    }

    @Test func `what falls forward is not called on legacy, and confirm is offered where it can work`() {
        func found(_ cell: CellReading, _ fallForward: FallForward, hasControl: Bool = true) -> RunOutlook {
            var run = Sample.run(planID: "p-1", state: .provisional)
            run.cut = .switch
            return RunOutlook(
                run, cell: cell, fallForward: fallForward, hasControl: hasControl, bootID: Sample.node.bootID,
                node: "worker-7", now: Sample.time, again: "migrate plan")
        }
        let open = seen(Self.sights[2]), expired = seen(Self.sights[4]), committed = seen(Self.sights[3])
        #expect(found(expired, .none).waitingFor?.contains("packets take the legacy programs") == true)
        for fallForward in [FallForward.counted, .unreachable] {
            let late = found(expired, fallForward)
            #expect(late.fallForward == fallForward && late.waitingFor?.contains("legacy") == false)
            #expect(late.share == (fallForward == .unreachable ? 100 : 0))
            #expect(
                found(committed, fallForward).fallForward == .none, "there the replacement is what packets shall take")
        }
        let rollback = "migrate rollback --node worker-7 r-77aa88bb99cc"
        #expect(found(open, .unreachable).next?.command == rollback)
        let lost = found(open, .none, hasControl: false)
        #expect(lost.next?.command == rollback && lost.waitingFor?.contains("confirmation") == false)
        #expect(found(expired, .none, hasControl: false).next?.command == "migrate resume r-77aa88bb99cc")
    }

    @Test func `a direct run is taken back, a finalize that was cut off is finished`() {
        #expect(
            outlook(.committed, .none, cut: .direct).next?.command
                == "migrate rollback --node worker-7 r-77aa88bb99cc")
        let half = outlook(.committed, seen(Self.sights[3]), finalizing: true)
        #expect(half.isFinalizing && half.next?.command == "migrate resume r-77aa88bb99cc" && half.waitingFor != nil)
        #expect(!outlook(.finalized, .none, finalizing: true).isFinalizing)
        #expect(outlook(.committed, seen(Self.sights[3])).waitingFor == nil)
    }
}

@Suite struct RunSlotTests {
    private let plain = Sample.plain

    private func hook() -> RunRecord.RunHook {
        .init(index: 0, before: Sample.hook(), replacement: Sample.ours, plain: plain)
    }

    @Test func `which programs a slot may hold, by state`() {
        for state in RunState.allCases {
            let expected = hook().expected(in: state)
            switch state {
            case .provisional, .expired, .committed: #expect(expected == [Sample.ours])
            case .finalized: #expect(expected == [plain])
            case .installing, .shadow, .rollingBack:
                #expect(expected == [Sample.hook().program, Sample.ours, plain])
            case .rolledBack, .residual, .mixed, .gone: #expect(expected == [Sample.hook().program])
            }
            #expect(state.holdsSlots == !expected.contains(Sample.hook().program))
        }
        #expect(hook().expected(in: .committed, isFinalizing: true) == [Sample.ours, plain])
        #expect(hook().ours == [Sample.ours.id, 204])
    }

    @Test func `a direct replacement is the same program to the end`() {
        let direct = RunRecord.RunHook(index: 0, before: Sample.hook(), replacement: Sample.ours)
        #expect(direct.expected(in: .finalized) == [Sample.ours] && direct.expected(in: .committed) == [Sample.ours])
    }
}
