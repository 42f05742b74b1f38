import Glibc
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// A run whose hooks hold switches, on a real node with real packets.
    @Suite struct Switch {
        private func provisional(_ node: TestNode, window: Int = 60) throws -> (String, Provisional) {
            let applied = try node.apply(try node.plan(), cut: .switch, window: window)
            guard case .provisional(let run) = applied.result else {
                throw TestFailure("not provisional: \(applied.result)")
            }
            return (applied.runID, run)
        }

        @Test func `one store flips, a commit stays, a rollback is identical`() throws {
            try withNode(pods: 2) { node in
                let before = try node.filters("hz")
                let (runID, run) = try provisional(node)
                #expect(run.cell.word.state == .open)
                #expect(run.replacements.allSatisfy { $0.name.hasPrefix("fib_switch") })
                #expect((50_000...60_000).contains(run.cell.remainingMilliseconds ?? 0))
                // The trial, and what the proxy said of its own accord before the flip.
                let handedOn = try node.counters(run.replacements[0])["to_legacy", default: 0]
                #expect(handedOn >= 1)
                #expect(try node.burst(["pod1", "pod2"]).lost == 0)
                let counted = try node.counters(run.replacements[0])
                #expect(counted["redirected", default: 0] > 0)
                #expect(counted["to_legacy"] == handedOn, "none since the flip: \(counted)")
                #expect(try node.control(runID) { try $0.commit() }.after.state == .committed)
                #expect(try node.control(runID) { try $0.extend(by: 10) }.refusal == .notOpen)
                let restoration = try node.rollback(runID)
                #expect(restoration.proof.identical, "\(restoration.proof)")
                #expect(restoration.cell?.word.state == .committed)
                #expect(try node.filters("hz") == before)
            }
        }

        @Test func `an unconfirmed run is taken back by the kernel, with traffic and without`() throws {
            for withTraffic in [true, false] {
                try withNode(pods: 1) { node in
                    let (runID, run) = try provisional(node, window: 2)
                    let traffic =
                        withTraffic
                        ? try Traffic.start(
                            in: node.lab, TrafficOptions(pods: ["pod1"], rate: 500, seconds: 4, drainMilliseconds: 300))
                        : nil
                    sleep(4)
                    #expect(try node.cell(runID).word.state == .expired)
                    #expect(try node.control(runID) { try $0.commit() }.refusal == .expired)
                    #expect(try node.control(runID) { try $0.extend(by: 10) }.refusal == .expired)
                    if let traffic {
                        let ledger = traffic.wait()
                        #expect(ledger.lost == 0, "\(ledger)")
                        let counted = try node.counters(run.replacements[0])
                        #expect(counted["to_legacy", default: 0] > 100, "\(counted)")
                        #expect(counted["fell_forward"] == 0)
                    }
                    let restoration = try node.rollback(runID)
                    #expect(restoration.proof.identical, "\(restoration.proof)")
                    #expect(restoration.reason == .deadline)
                }
            }
        }

        @Test func `an extension moves the deadline, and the timer with it`() throws {
            try withNode(pods: 1) { node in
                let (runID, _) = try provisional(node, window: 2)
                let answer = try node.control(runID) { try $0.extend(by: 3) }
                #expect(answer.refusal == nil)
                #expect((3_000...5_000).contains(answer.remainingMilliseconds ?? 0))
                sleep(3)
                #expect(try node.cell(runID).word.state == .open)
                sleep(3)
                #expect(try node.cell(runID).word.state == .expired)
                #expect(try node.rollback(runID).proof.identical)
            }
        }

        @Test func `a final cell has no successor`() throws {
            try withNode(pods: 1) { node in
                let (runID, _) = try provisional(node)
                #expect(try node.control(runID) { try $0.rollBack() }.after.state == .rolledBack)
                #expect(try node.control(runID) { try $0.commit() }.refusal == .notOpen)
                #expect(try node.control(runID) { try $0.open(within: 60) }.refusal == .notLegacy)
                #expect(try node.control(runID) { try $0.rollBack() }.refusal == .final)
                #expect(try node.cell(runID).word.state == .rolledBack)
                #expect(try node.rollback(runID).proof.identical)
            }
        }

        @Test func `an empty slot falls forward, and is counted`() throws {
            try withNode(pods: 1) { node in
                let (runID, run) = try provisional(node)
                #expect(try node.control(runID) { try $0.rollBack() }.refusal == nil)
                try node.sh("rm \(TestNode.bpffs)/migrate/\(runID)/slot_0")
                #expect(try node.burst(["pod1"]).lost == 0)
                let counted = try node.counters(run.replacements[0])
                #expect(counted["fell_forward", default: 0] > 0)
                #expect(try node.rollback(runID).proof.identical)
            }
        }

        @Test func `finalize puts the plain replacement in and lets the legacy program go`() throws {
            try withNode(pods: 2) { node in
                let (runID, run) = try provisional(node)
                #expect(throws: MigrateError.self) { try node.finalize(runID) }
                #expect(try node.control(runID) { try $0.commit() }.refusal == nil)
                let traffic = try Traffic.start(
                    in: node.lab,
                    TrafficOptions(pods: ["pod1", "pod2"], rate: 500, seconds: 2, drainMilliseconds: 300))
                let done = try node.finalize(runID)
                #expect(traffic.wait().lost == 0)
                #expect(done.leftovers() == [])
                #expect(done.hooks.allSatisfy { $0.reading.program?.name.hasPrefix("fib_redirect") == true })
                #expect(run.replacements.allSatisfy { !BPFProgram.exists(id: $0.id) })
                #expect(try node.pinnedRuns() == [])
                // The lab's own teardown expects nothing of ours: take the filter away as a reboot would.
                try node.sh("tc filter del dev hz ingress")
            }
        }
    }
}
