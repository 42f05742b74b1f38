import Model
import ModelSamples
import Testing

/// A run that only compares: however far its coming or going came, it is a shadow until it is gone.
@Suite struct ShadowRunTests {
    private func run(_ journal: RunState) -> RunRecord {
        var run = Sample.run(planID: "p-1", state: journal)
        (run.cut, run.purpose, run.reason) = (.switch, .shadow, .failure)
        return run
    }

    private func outlook(
        _ journal: RunState, _ cell: CellReading, boot: String = Sample.node.bootID, _ falls: FallForward = .none
    ) -> RunOutlook {
        RunOutlook(
            run(journal), cell: cell, fallForward: falls, bootID: boot, node: "worker-7", now: Sample.time,
            again: "migrate plan")
    }

    private func cell(_ state: CellState) -> CellReading {
        .seen(CellSight(word: CellWord(state: state, share: 0), remainingMilliseconds: nil))
    }

    @Test(arguments: [RunState.installing, .shadow, .rollingBack])
    func `it is in state shadow until it is taken back`(journal: RunState) {
        for reading in [.none, .over, cell(.legacy), cell(.rolledBack)] as [CellReading] {
            let found = outlook(journal, reading)
            #expect(found.state == .shadow && found.share == 0 && found.reason == nil, "\(journal) \(reading)")
            #expect(found.next?.command == "migrate rollback --node worker-7 r-77aa88bb99cc")
            #expect(found.waitingFor?.contains("the next command that changes the node") == true)
            #expect(RunDuty(found, journal: journal, cell: reading) == .takeBack(.failure))
        }
        #expect(outlook(journal, .none, boot: "another").state == .gone)
    }

    @Test func `what a proof found stays, and so does what somebody did to the cell by hand`() {
        for state in [RunState.rolledBack, .residual, .mixed] { #expect(outlook(state, .none).state == state) }
        #expect(outlook(.shadow, cell(.committed)).state == .committed)
    }

    @Test func `packets that do not reach the legacy programs are told of`() {
        #expect(outlook(.shadow, cell(.legacy), .unreachable).fallForward == .unreachable)
        #expect(outlook(.shadow, cell(.legacy), .unreachable).share == 100)
        #expect(outlook(.shadow, cell(.legacy), .counted).fallForward == .counted)
    }

    @Test func `a document names the purpose, and that of a cut does not`() throws {
        #expect(RunDocument(run(.rolledBack), changed: false).purpose == .shadow)
        let cut = RunDocument(Sample.run(planID: "p-1", state: .rolledBack), changed: false)
        #expect(try cut.purpose == nil && !JSON.pretty(cut).contains("purpose"))
    }
}
