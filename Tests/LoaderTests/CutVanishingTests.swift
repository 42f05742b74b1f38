import Glibc
import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// The second hook's interface or qdisc goes, at every step of a run with a switch. Packets of the first hook notice
    /// nothing; nothing is silent, and what is left of the run can be settled.
    @Suite struct CutVanishing {
        enum Loss: String, CaseIterable, Sendable {
            case interface, qdisc

            var command: String { self == .interface ? "ip link del hz2" : "tc qdisc del dev hz2 clsact" }
        }

        struct Moment: CustomStringConvertible {
            var phase: RunPhase
            var isEnd: Bool
            var description: String { "\(isEnd ? "after" : "before") \(phase.rawValue)" }
        }

        /// In order. From the end of verifying on the run goes on: nobody reads the hooks again.
        private static let moments = [RunPhase.pin, .load, .replace, .warm, .verify, .flip].flatMap {
            [Moment(phase: $0, isEnd: false), Moment(phase: $0, isEnd: true)]
        }
        private static let undoneUntil = 8

        @Test(arguments: Loss.allCases) func `while it is applied`(loss: Loss) throws {
            try withNode(pods: 1) { node in
                let before = try node.filters("hz")
                try node.lab.underTraffic("\(loss.rawValue) goes while applying") {
                    for (place, moment) in Self.moments.enumerated() {
                        try node.addSecondProxy()
                        let applied = try lose(loss, node, moment)
                        let isUndone = place <= Self.undoneUntil
                        let settled = try settle(node, applied, isUndone: isUndone, "\(moment)")
                        let isTaken = loss == .qdisc && place > 4
                        try expect(settled, loss, isTaken: isTaken, node, applied.runID, "\(moment)")
                        #expect(try node.filters("hz") == before, "\(moment)")
                        #expect(try node.pinnedRuns() == [], "\(moment)")
                        try node.sh("ip link del hz2 2>/dev/null || true")
                    }
                }
            }
        }

        private func lose(_ loss: Loss, _ node: TestNode, _ moment: Moment) throws -> TestNode.Applied {
            var isDone = false
            func act(_ phase: RunPhase, isEnd: Bool) throws(MigrateError) {
                guard phase == moment.phase, isEnd == moment.isEnd, !isDone else { return }
                isDone = true
                try MigrateError.wrapping { try node.sh(loss.command) }
            }
            let journal = TestJournal(
                onBegin: { (phase, _) throws(MigrateError) in try act(phase, isEnd: false) },
                onEnd: { (phase, _) throws(MigrateError) in try act(phase, isEnd: true) })
            let applied = try node.apply(try node.plan(.legacyKeys), journal, cut: .switch, window: 60)
            #expect(isDone, "\(moment) never came")
            return applied
        }

        /// - Returns: what the undoing, or a rollback, found.
        private func settle(
            _ node: TestNode, _ applied: TestNode.Applied, isUndone: Bool, _ moment: String
        ) throws -> Restoration {
            switch applied.result {
            case .undone(let cause, _, let restoration):
                #expect(isUndone, "\(moment): \(cause)")
                #expect(!cause.facts.isEmpty || !cause.what.isEmpty)
                #expect(cause.code != .bug, "\(moment): \(cause)")
                return try #require(restoration, "\(moment)")
            case .provisional:
                #expect(!isUndone, "\(moment): provisional")
                return try node.rollback(applied.runID)
            case .committed: throw TestFailure("committed")
            }
        }

        /// - Parameter isTaken: our program was in the slot that went; then the legacy program is attached nowhere, which is
        ///   a difference and keeps the pins.
        private func expect(
            _ restored: Restoration, _ loss: Loss, isTaken: Bool, _ node: TestNode, _ runID: String, _ moment: String
        ) throws {
            switch (loss, isTaken) {
            case (.interface, _):
                #expect(restored.state == .rolledBack && restored.proof.identical, "\(moment): \(restored.proof)")
                #expect(restored.proof.vanished == ["hz2 clsact/ingress: the interface is gone"], "\(moment)")
            case (.qdisc, false):
                #expect(restored.state == .rolledBack, "\(moment): \(restored.proof)")
                #expect(restored.proof.changedByOthers.first?.contains("hz2") == true, "\(moment)")
            case (.qdisc, true):
                #expect(restored.state == .residual, "\(moment): \(restored.proof)")
                try mend(node, runID, moment)
            }
        }

        private func mend(_ node: TestNode, _ runID: String, _ moment: String) throws {
            #expect(try node.pinnedRuns() == [runID], "\(moment)")
            try node.sh("tc qdisc add dev hz2 clsact")
            try node.overwrite("hz2", with: try node.pins(of: runID).legacyPath(0))
            let again = try node.rollback(runID)
            #expect(again.state == .rolledBack && again.proof.identical, "\(moment): \(again.proof)")
        }

        @Test(arguments: Loss.allCases) func `in the window, before the confirmation, in a rollback`(loss: Loss) throws
        {
            try withNode(pods: 1) { node in
                let before = try node.filters("hz")
                try node.lab.underTraffic("\(loss.rawValue) goes afterwards") {
                    for moment in ["in the window", "before confirm", "before rollback", "in rollback"] {
                        try node.addSecondProxy()
                        let run = try node.open(window: moment == "in the window" ? 2 : 60)
                        if moment != "in rollback" { try node.sh(loss.command) }
                        if moment == "in the window" { try node.waitForExpiry(run.runID) }
                        if moment == "before confirm" {
                            #expect(try node.control(run.runID) { try $0.commit() }.refusal == nil)
                        }
                        let restored = try node.rollback(
                            run.runID,
                            afterCheck: { hook in
                                guard moment == "in rollback", hook.interface == "hz2" else { return }
                                _ = try? node.sh(loss.command)
                            })
                        #expect((restored.reason == .deadline) == (moment == "in the window"))
                        try expect(restored, loss, isTaken: true, node, run.runID, moment)
                        #expect(try node.filters("hz") == before, "\(moment)")
                        #expect(try node.pinnedRuns() == [], "\(moment)")
                        try node.sh("ip link del hz2 2>/dev/null || true")
                    }
                }
            }
        }

        /// At tcx: the interface with all on it, the link that its owner gives up, our program that somebody detaches.
        @Test(arguments: [ContestedPlace.tcx, .tcxLink], [false, true])
        func `at tcx, in the window`(place: ContestedPlace, withInterface: Bool) throws {
            try withNode(pods: 1) { node in
                let before = try node.filters("hz")
                try node.lab.underTraffic("\(place.rawValue) goes\(withInterface ? " with its interface" : "")") {
                    let hook = try ContestedHook(node, place)
                    let run = try node.open(window: 2)
                    if withInterface { try hook.remove() } else { try hook.leave() }
                    try node.waitForExpiry(run.runID)
                    let restored = try node.rollback(run.runID)
                    #expect(restored.reason == .deadline)
                    if withInterface || place == .tcxLink {
                        #expect(restored.state == .rolledBack && restored.proof.identical, "\(restored.proof)")
                        #expect(restored.proof.vanished.count == 1, "\(restored.proof)")
                    } else {
                        #expect(restored.state == .residual, "\(restored.proof)")
                        try node.attach(try node.pins(of: run.runID).legacyPath(0), to: "hz2")
                        #expect(try node.rollback(run.runID).proof.identical)
                    }
                    #expect(try node.filters("hz") == before)
                    try node.sh("ip link del hz2 2>/dev/null || true")
                }
            }
        }

        @Test(arguments: Loss.allCases, [false, true])
        func `before finalize, and in it`(loss: Loss, race: Bool) throws {
            try withNode(pods: 1) { node in
                try node.lab.underTraffic("\(loss.rawValue) goes \(race ? "in" : "before") finalize") {
                    try node.addSecondProxy()
                    let run = try node.open()
                    #expect(try node.control(run.runID) { try $0.commit() }.refusal == nil)
                    if !race { try node.sh(loss.command) }
                    func losing(_ hook: Hook) {
                        if race, hook.interface == "hz2" { _ = try? node.sh(loss.command) }
                    }
                    if loss == .qdisc {
                        let error = #expect(throws: MigrateError.self) {
                            try node.finalize(run.runID, afterCheck: losing)
                        }
                        #expect(error?.code == .hooksTaken && error?.facts.count == 1, "\(String(describing: error))")
                        #expect(try node.cell(run.runID).word.state == .committed)
                        try node.sh("tc qdisc add dev hz2 clsact")
                        try node.overwrite("hz2", with: "\(TestNode.bpffs)/migrate/\(run.runID)/plain_0")
                    }
                    let done = try node.finalize(run.runID, afterCheck: loss == .interface ? losing : { _ in })
                    #expect(done.leftovers() == [])
                    #expect(done.hooks.map(\.reading.standing) == [.ours, loss == .interface ? .vanished : .ours])
                    #expect(try node.pinnedRuns() == [])
                    try node.restoreProxyFilter()
                    try node.sh("ip link del hz2 2>/dev/null || true")
                }
            }
        }
    }
}
