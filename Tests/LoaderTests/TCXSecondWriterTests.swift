import Inventory
import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Others at the same place of tcx: the kernel refuses, or nothing of theirs is touched.
    @Suite(.requires(.tcx)) struct TCXSecondWriter {
        @Test(arguments: [true, false]) func `before the check: stale, both ids named`(linked: Bool) throws {
            try withNode(pods: 1) { node in
                let link = try node.moveToTCX(linked: linked)
                let plan = try node.plan()
                let legacy = try #require(plan.hooks.first?.program)
                let foreign = try node.foreignProgram()
                try swap(node, link, legacy.id, foreign.pin)
                let before = try node.tcx()
                try expectRefusal(try node.apply(plan), legacy: legacy, foreign: foreign.id)
                #expect(try node.tcx() == before)
            }
        }

        @Test(arguments: [true, false]) func `between check and act: the kernel refuses, nothing changed`(linked: Bool)
            throws
        {
            try withNode(pods: 1) { node in
                let link = try node.moveToTCX(linked: linked)
                let plan = try node.plan()
                let legacy = try #require(plan.hooks.first?.program)
                let foreign = try node.foreignProgram()
                let before = try node.tcx()
                let applied = try node.apply(
                    plan, afterCheck: { _ in _ = try? swap(node, link, legacy.id, foreign.pin) })
                try expectRefusal(applied, legacy: legacy, foreign: foreign.id)
                let now = try node.tcx()
                #expect(now.entries == [.init(programID: foreign.id, linkID: link?.id)])
                // Only the foreign change was made.
                #expect(now.revision == before.revision + 1)
            }
        }

        /// The link may be taken by another one with the same program: it is another place all the same.
        @Test func `the same program behind another link: stale`() throws {
            try withNode(pods: 1) { node in
                var link = try node.moveToTCX(linked: true)
                let plan = try node.plan()
                let old = try #require(link?.id)
                link = nil
                let again = try node.link(try node.pinned("ztunnel_host_ingress"))
                #expect(again.id != old)
                let undone = try node.apply(plan).undone()
                #expect(undone.cause.code == .stalePlan && undone.restoration?.changed == false)
                let now = try node.plan().document.decision
                #expect(
                    plan.document.decision.changes(to: now) == [
                        "hz tcx/ingress: program \(plan.hooks[0].program?.id ?? 0) when planned, not there now.",
                        "hz tcx/ingress: not there when planned, program \(plan.hooks[0].program?.id ?? 0) now.",
                    ])
                #expect(try now.planID() != plan.document.planID)
                withExtendedLifetime(again) {}
            }
        }

        @Test func `attached without a link, a neighbour comes between check and act: tried again, done`() throws {
            try withNode(pods: 1) { node in
                try node.moveToTCX(linked: false)
                let plan = try node.plan()
                let foreign = try node.foreignProgram()
                var checks = 0
                let applied = try node.apply(
                    plan,
                    afterCheck: { _ in
                        checks += 1
                        if checks == 1 { try? node.attach(foreign.pin, inFront: true) }
                    })
                guard case .committed(let replacements, let after, _, _) = applied.result else {
                    Issue.record("\(applied.result)")
                    return
                }
                #expect(checks == 2 && after.first?.attachment?.position == 1)
                #expect(try node.tcx().entries.map(\.programID) == [foreign.id, replacements[0].id])
                let restored = try node.rollback(applied.runID)
                #expect(restored.proof.identical)
                #expect(
                    restored.proof.changedByOthers == ["hz tcx/ingress: program \(foreign.id) came beside it"])
            }
        }

        @Test func `neighbours that never hold still: given up, nothing changed`() throws {
            try withNode(pods: 1) { node in
                try node.moveToTCX(linked: false)
                let plan = try node.plan()
                let foreign = try node.foreignProgram()
                var isThere = false
                let applied = try node.apply(
                    plan,
                    afterCheck: { _ in
                        if isThere { try? node.detach(program: foreign.id) } else { try? node.attach(foreign.pin) }
                        isThere.toggle()
                    })
                let undone = try applied.undone()
                #expect(undone.cause.code == .stalePlan && undone.cause.what == "hz tcx/ingress does not hold still")
                #expect(undone.restoration?.changed == false && undone.restoration?.state == .rolledBack)
                #expect(try node.tcx().entries.first?.programID == plan.hooks.first?.program?.id)
            }
        }

        @Test(arguments: [true, false]) func `before rollback: left alone, both ids named`(linked: Bool) throws {
            try withNode(pods: 1) { node in
                let link = try node.moveToTCX(linked: linked)
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let legacy = try #require(plan.hooks.first?.program)
                let foreign = try node.foreignProgram()
                try swap(node, link, run.replacement.id, foreign.pin)
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .residual && !restored.changed)
                #expect(restored.proof.differences.first?.contains("holds program \(foreign.id) ") == true)
                #expect(restored.proof.differences.first?.contains("neither \(legacy.id),") == true)
                // Its owner puts the legacy program back; then it is exact.
                try swap(node, link, foreign.id, try node.pins(of: run.runID).legacyPath(0))
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test(arguments: [true, false]) func `between check and act of a rollback: left alone`(linked: Bool) throws {
            try withNode(pods: 1) { node in
                let link = try node.moveToTCX(linked: linked)
                let plan = try node.plan()
                let run = try node.mustApply(plan)
                let foreign = try node.foreignProgram()
                let restored = try node.rollback(
                    run.runID, afterCheck: { _ in try? swap(node, link, run.replacement.id, foreign.pin) })
                #expect(restored.state == .residual && restored.hooks.first?.now?.id == foreign.id)
                #expect(try node.tcx().entries.map(\.programID) == [foreign.id])
                try swap(node, link, foreign.id, try node.pins(of: run.runID).legacyPath(0))
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `detached before rollback: a difference, and the pin stays`() throws {
            try withNode(pods: 1) { node in
                try node.moveToTCX(linked: false)
                let run = try node.mustApply(try node.plan())
                try node.detach(program: run.replacement.id)
                let restored = try node.rollback(run.runID)
                let pin = try node.pins(of: run.runID).legacyPath(0)
                #expect(restored.state == .residual)
                #expect(
                    restored.proof.differences.first?.hasSuffix("attached nowhere; it stays pinned as \(pin)") == true)
                try node.attach(pin)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `a neighbour went, another came: identical, and both are told`() throws {
            try withNode(pods: 1) { node in
                let (one, other) = try (node.foreignProgram("one"), node.foreignProgram("other"))
                try node.attach(one.pin)
                try node.moveToTCX(linked: false)
                let run = try node.mustApply(try node.plan())
                try node.detach(program: one.id)
                try node.attach(other.pin)
                let restored = try node.rollback(run.runID)
                #expect(restored.proof.identical && restored.changed)
                #expect(
                    restored.proof.changedByOthers == [
                        "hz tcx/ingress: program \(one.id) stood beside it before and is gone",
                        "hz tcx/ingress: program \(other.id) came beside it",
                    ])
            }
        }

        @Test func `moved among its neighbours: the program is back, the place is not`() throws {
            try withNode(pods: 1) { node in
                let foreign = try node.foreignProgram()
                try node.moveToTCX(linked: false)
                try node.attach(foreign.pin)
                let plan = try node.plan()
                let legacy = try #require(plan.hooks.first?.program)
                let run = try node.mustApply(plan)
                try node.detach(program: foreign.id)
                try node.attach(foreign.pin, inFront: true)
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .residual)
                #expect(
                    restored.proof.differences == [
                        "hz tcx/ingress: programs none stood in front and \(foreign.id) behind, now \(foreign.id) and none"
                    ])
                #expect(try node.tcx().entries.map(\.programID) == [foreign.id, legacy.id])
                try node.detach(program: foreign.id)
                try node.attach(foreign.pin)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        /// Puts a program into the place, as its owner or a second writer does.
        private func swap(_ node: TestNode, _ link: HeldLink?, _ old: UInt32, _ pin: String) throws {
            if let link { try node.update(link, by: pin) } else { try node.replace(program: old, by: pin) }
        }

        private func expectRefusal(_ applied: TestNode.Applied, legacy: ProgramReference, foreign: UInt32) throws {
            let undone = try applied.undone()
            #expect(undone.cause.code == .stalePlan && undone.cause.what == "hz tcx/ingress is not as planned")
            let fact = try #require(undone.cause.facts.first)
            #expect(fact.hasPrefix("program \(legacy.id) (tag \(legacy.tag)) when planned, \(foreign) (tag "))
            #expect(undone.restoration?.state == .rolledBack && undone.restoration?.changed == false)
            #expect(applied.journal.states.last == .rolledBack)
        }
    }
}
