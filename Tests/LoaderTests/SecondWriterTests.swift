import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Somebody else writes the same slot: always noticed, never fought.
    @Suite struct SecondWriter {
        @Test func `before the check: stale, and nothing was changed`() throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let plan = try node.plan()
                let foreign = try node.foreignProgram()
                try node.overwrite("hz2", with: foreign.pin)
                let before = try (node.filters("hz"), node.filters("hz2"))
                let undone = try node.apply(plan).undone()
                #expect(undone.cause.code == .stalePlan && undone.cause.what.hasPrefix("hz2"))
                let legacy = try #require(plan.hooks.last?.program)
                #expect(undone.cause.facts.first?.contains("program \(legacy.id) ") == true)
                #expect(undone.cause.facts.first?.contains("\(foreign.id) ") == true)
                // hz was replaced by then and is back; hz2 was never ours.
                #expect(undone.restoration?.state == .rolledBack && undone.restoration?.proof.identical == false)
                #expect(undone.restoration?.proof.hooks?.map(\.standing) == [.asBefore, .others])
                #expect(undone.restoration?.hooks.map(\.now?.id) == [legacy.id, foreign.id])
                #expect(
                    undone.restoration?.proof.changedByOthers == [
                        "hz2 clsact/ingress: program \(legacy.id) when planned, program \(foreign.id) now, not by us"
                    ])
                #expect(try node.filters("hz") == before.0 && node.filters("hz2") == before.1)
            }
        }

        @Test func `before the check of the only hook: no filter was changed at all`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                try node.overwrite(with: try node.foreignProgram().pin)
                let before = try node.filters("hz")
                let applied = try node.apply(plan)
                let undone = try applied.undone()
                #expect(undone.cause.code == .stalePlan && undone.restoration?.changed ?? false == false)
                #expect(undone.cause.facts.first?.contains("\(try #require(plan.hooks.first?.program).id) ") == true)
                #expect(applied.journal.states.last == .rolledBack)
                #expect(try node.filters("hz") == before)
            }
        }

        @Test(arguments: [true, false]) func `between check and replacement: noticed, named, put back`(keepsPin: Bool)
            throws
        {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let plan = try node.plan()
                let before = try node.filters("hz")
                let foreign = try node.foreignProgram()
                var failure: (any Error)?
                let applied = try node.apply(
                    plan,
                    afterCheck: { hook in
                        guard hook.interface == "hz2" else { return }
                        do {
                            try node.overwrite("hz2", with: foreign.pin)
                            if !keepsPin { try node.sh("rm \(foreign.pin)") }
                        } catch { failure = error }
                    })
                #expect(failure == nil)
                let undone = try applied.undone()
                let legacy = try #require(plan.hooks.last?.program)
                #expect(undone.cause.what.contains("hz2") && undone.cause.what.contains("at the same moment"))
                #expect(undone.cause.facts.first?.contains("program \(legacy.id) ") == true)
                #expect(undone.cause.facts.first?.contains("program \(foreign.id) ") == true)
                #expect(try node.filters("hz") == before)
                // Without a pin the foreign program lives until the kernel has freed it: it may be too late.
                if undone.cause.code == .mixed && !keepsPin {
                    #expect(undone.restoration?.state == .mixed && applied.journal.states.last == .mixed)
                    #expect(try node.programID("hz2") == legacy.id)
                } else {
                    #expect(undone.cause.code == .stalePlan && undone.cause.facts.first?.contains("put back") == true)
                    #expect(undone.restoration?.state == .rolledBack && undone.restoration?.proof.identical == false)
                    #expect(try node.programID("hz2") == foreign.id)
                }
            }
        }

        @Test(arguments: ["tc filter del dev hz ingress prio 1", "tc qdisc del dev hz clsact"])
        func `the filter is removed between check and replacement: none is made`(how: String) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let applied = try node.apply(plan, afterCheck: { _ in _ = try? node.sh(how) })
                let undone = try applied.undone()
                let legacy = try #require(plan.hooks.first?.program)
                #expect(undone.cause.code == .stalePlan)
                #expect(undone.cause.facts == ["program \(legacy.id) (tag \(legacy.tag)) when planned, no filter now."])
                #expect(undone.restoration?.state == .rolledBack && undone.restoration?.changed == false)
                #expect(undone.restoration?.proof.changedByOthers.first?.hasSuffix("no filter now, not by us") == true)
                #expect(try node.filters("hz") == "")
            }
        }

        /// The ingress qdisc knows one place by two parents: `ffff:`, which dumps say, and `ffff:fff2`, which tc's
        /// `ingress` sends.
        @Test(arguments: ["ingress", "parent ffff:"])
        func `on an ingress qdisc, between check and replacement: noticed by either parent`(place: String) throws {
            try withNode(pods: 1) { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                let slot = "prio 1 handle 1 bpf direct-action object-pinned"
                try node.sh(
                    "tc qdisc del dev hz clsact; tc qdisc add dev hz ingress; tc filter add dev hz parent ffff: \(slot) \(pin)"
                )
                let plan = try node.plan()
                #expect(plan.hooks.map(\.kind) == [.ingress])
                let foreign = try node.foreignProgram()
                let applied = try node.apply(
                    plan,
                    afterCheck: { _ in _ = try? node.sh("tc filter replace dev hz \(place) \(slot) \(foreign.pin)") })
                let undone = try applied.undone()
                #expect(undone.cause.code == .stalePlan && undone.cause.what.contains("at the same moment"))
                #expect(undone.cause.facts.first?.contains("program \(foreign.id) ") == true)
                #expect(undone.restoration?.state == .rolledBack)
                #expect(try node.programID() == foreign.id)
            }
        }

        @Test func `right after the replacement: noticed and not fought`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let foreign = try node.foreignProgram()
                let applied = try node.apply(
                    plan,
                    TestJournal(onEnd: { (phase, _) throws(MigrateError) in
                        guard phase == .replace else { return }
                        try MigrateError.wrapping { try node.overwrite(with: foreign.pin) }
                    }))
                let undone = try applied.undone()
                #expect(
                    undone.cause.code == .stalePlan
                        && undone.cause.facts.first?.contains("\(foreign.id) is there now") == true)
                #expect(undone.restoration?.state == .residual && applied.journal.states.last == .residual)
                #expect(undone.restoration?.changed == true)
                #expect(try node.programID() == foreign.id)
                #expect(try node.pinnedRuns() == [applied.runID])
                try mend(node, plan, applied.runID)
            }
        }

        @Test func `before rollback: left alone, both ids named; gone, and it is identical`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let foreign = try node.foreignProgram()
                try node.overwrite(with: foreign.pin)
                let restored = try node.rollback(run.runID)
                let legacy = try #require(plan.hooks.first?.program)
                #expect(restored.state == .residual && !restored.changed && !restored.proof.identical)
                #expect(restored.proof.differences.count == 1)
                #expect(restored.proof.differences.first?.contains("holds program \(foreign.id) ") == true)
                #expect(restored.proof.differences.first?.contains("neither \(legacy.id),") == true)
                #expect(restored.hooks.first?.now?.id == foreign.id)
                #expect(try node.programID() == foreign.id)
                #expect(try node.pinnedRuns() == [run.runID])
                try mend(node, plan, run.runID)
            }
        }

        @Test func `between check and replacement of a rollback: put back, named, and nothing is lost`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let foreign = try node.foreignProgram()
                let restored = try node.rollback(run.runID, afterCheck: { _ in try? node.overwrite(with: foreign.pin) })
                // The slot was ours for a moment: that is a change, although it ends in a difference.
                #expect(restored.state == .residual && restored.changed)
                #expect(restored.hooks.first?.now?.id == foreign.id)
                #expect(
                    restored.proof.differences == [
                        "hz clsact/ingress: program \(foreign.id) of somebody else came just now and was left in the slot"
                    ])
                #expect(try node.programID() == foreign.id)
                #expect(try node.pinnedRuns() == [run.runID])
                try mend(node, plan, run.runID)
            }
        }

        @Test func `the filter goes between check and replacement of a rollback: none is made, the pin stays`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let restored = try node.rollback(
                    run.runID, afterCheck: { _ in _ = try? node.sh("tc filter del dev hz ingress") })
                #expect(restored.state == .residual && restored.proof.differences.count == 1)
                #expect(try node.programID() == 0)
                #expect(try node.pinnedRuns() == [run.runID])
                try mend(node, plan, run.runID)
            }
        }

        /// Somebody clears the slot and attaches the legacy program from the pin, by hand; then it is exact.
        private func mend(_ node: TestNode, _ plan: PlanOutcome, _ runID: String) throws {
            try node.overwrite(with: try node.pins(of: runID).legacyPath(0))
            let again = try node.rollback(runID)
            #expect(again.proof.identical && again.state == .rolledBack)
            #expect(try node.plan().hooks == plan.hooks)
        }
    }
}
