import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// A second writer at one hook of a run with a switch, at the worst moment; packets flow through the other hook.
    @Suite struct CutSecondWriter {
        /// `body` runs while packets flow; afterwards the first hook must be as it was, unless the run was made final.
        private func contest(
            _ what: String, _ place: ContestedPlace, isFinal: Bool = false,
            _ body: (TestNode, ContestedHook) throws -> Void
        ) throws {
            try withNode(pods: 1) { node in
                let hook = try ContestedHook(node, place)
                let before = try node.filters("hz")
                try node.lab.underTraffic("second writer \(what), \(place.rawValue)") { try body(node, hook) }
                if !isFinal { #expect(try node.filters("hz") == before) }
                try hook.remove()
            }
        }

        /// Writes once, just behind the check of the contested hook.
        private func writing(_ hook: ContestedHook) -> (Hook) -> Void {
            var isDone = false
            return { checked in
                guard checked.interface == "hz2", !isDone else { return }
                isDone = true
                do { try hook.put(hook.foreign.pin) } catch { Issue.record("the second writer failed: \(error)") }
            }
        }

        @Test(arguments: ContestedPlace.allCases)
        func `between check and replacement: both are named, packets notice nothing`(place: ContestedPlace) throws {
            try contest("between check and replacement", place) { node, hook in
                let plan = try node.plan(.legacyKeys)
                let applied = try node.apply(plan, cut: .switch, window: 60, afterCheck: writing(hook))
                let undone = try applied.undone()
                let facts = undone.cause.facts.joined(separator: "; ")
                let legacy = try #require(plan.hooks.last?.program?.id)
                #expect(undone.cause.code == .stalePlan && undone.cause.what.contains("hz2"))
                #expect(facts.contains("\(legacy) ") && facts.contains("\(hook.foreign.id) "), "\(facts)")
                #expect(undone.restoration?.state == .rolledBack)
                #expect(!applied.journal.phases.contains(.flip), "it was flipped")
                #expect(try hook.program() == hook.foreign.id)
                #expect(try node.pinnedRuns() == [])
            }
        }

        @Test(arguments: ContestedPlace.allCases)
        func `in the window, past the deadline: left alone, both are named`(place: ContestedPlace) throws {
            try contest("in the window", place) { node, hook in
                let run = try node.open(window: 2)
                try hook.put(hook.foreign.pin)
                try node.waitForExpiry(run.runID)
                let restored = try node.rollback(run.runID)
                #expect(restored.reason == .deadline)
                try expectResidue(restored, run, hook)
                try mend(node, run, hook)
            }
        }

        @Test(arguments: ContestedPlace.allCases)
        func `between check and replacement of a rollback: left alone, named, mended`(place: ContestedPlace) throws {
            try contest("in a rollback", place) { node, hook in
                let run = try node.open()
                let restored = try node.rollback(run.runID, afterCheck: writing(hook))
                #expect(restored.state == .residual && restored.changed)
                #expect(restored.proof.differences.count == 1)
                #expect(restored.proof.differences.first?.contains("program \(hook.foreign.id) ") == true)
                #expect(restored.hooks.last?.now?.id == hook.foreign.id)
                #expect(try hook.program() == hook.foreign.id)
                try mend(node, run, hook)
            }
        }

        @Test(arguments: ContestedPlace.allCases, [false, true])
        func `at finalize: named, still committed, and the rest is plain`(place: ContestedPlace, race: Bool) throws {
            try contest(race ? "in a finalize" : "before finalize", place, isFinal: true) { node, hook in
                // Held by this pin, the legacy program outlives the run.
                _ = try node.pinned("ztunnel_host_ingress")
                let run = try node.open()
                #expect(try node.control(run.runID) { try $0.commit() }.refusal == nil)
                if !race { try hook.put(hook.foreign.pin) }
                let error = #expect(throws: MigrateError.self) {
                    try node.finalize(run.runID, afterCheck: race ? writing(hook) : { _ in })
                }
                #expect(error?.code == .hooksTaken)
                #expect(
                    error?.facts.count == 1 && error?.facts[0].contains("\(hook.foreign.id)") == true,
                    "\(String(describing: error))")
                #expect(try hook.program() == hook.foreign.id)
                #expect(try node.cell(run.runID).word.state == .committed)
                let plain = try #require(
                    try node.lab.enter { try node.pins(of: run.runID).read() }.hooks.first?.plainID)
                #expect(try node.programID("hz") == plain)
                // Mended with what belongs there by now, it goes on where it ended.
                try hook.put("\(TestNode.bpffs)/migrate/\(run.runID)/plain_0")
                let done = try node.finalize(run.runID)
                #expect(done.leftovers() == [] && done.hooks.allSatisfy { $0.reading.program?.id == plain })
                #expect(try node.pinnedRuns() == [])
                try node.restoreProxyFilter()
            }
        }

        private func expectResidue(_ restored: Restoration, _ run: OpenRun, _ hook: ContestedHook) throws {
            #expect(restored.state == .residual && restored.proof.differences.count == 1)
            let line = try #require(restored.proof.differences.first)
            #expect(line.contains("holds program \(hook.foreign.id) "), "\(line)")
            #expect(line.contains("neither \(run.legacy.last ?? 0),"), "\(line)")
            #expect(try hook.program() == hook.foreign.id)
        }

        /// The owner puts the legacy program back; then it is exact.
        private func mend(_ node: TestNode, _ run: OpenRun, _ hook: ContestedHook) throws {
            #expect(try node.pinnedRuns() == [run.runID])
            try hook.put(try node.pins(of: run.runID).legacyPath(0))
            #expect(try node.rollback(run.runID).proof.identical)
        }
    }
}

extension TestNode {
    /// What the deployment's agent does when it starts again.
    func restoreProxyFilter() throws {
        try overwrite(with: try pinned("ztunnel_host_ingress"))
    }
}
