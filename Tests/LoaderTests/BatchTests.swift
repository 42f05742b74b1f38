import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Many hooks at once: each of them fares as if it were alone.
    @Suite struct Batches {
        private func withCrowd(_ count: Int = 40, _ body: (HookCrowd) throws -> Void) throws {
            try withNode(pods: 1) { try body(try HookCrowd($0, filters: count)) }
        }

        private func swaps(
            _ crowd: HookCrowd, by program: OpenProgram, afterCheck: @escaping (Hook) throws -> Void = { _ in }
        ) -> [HookExchange.Swap] {
            crowd.hooks.map { hook in
                var attributes = hook.filter?.bpf
                attributes?.programID = program.reference.id
                attributes?.name = program.reference.name
                return HookExchange.Swap(hook: hook, replacements: [], program: program, attributes: attributes) {
                    found in
                    guard found.filter == hook.filter else { return false }
                    do { try afterCheck(hook) } catch { Issue.record(error) }
                    return true
                }
            }
        }

        private func exchange(
            _ crowd: HookCrowd, by program: OpenProgram, limits: ExchangeLimits = ExchangeLimits(),
            afterCheck: @escaping (Hook) throws -> Void = { _ in }
        ) throws -> [HookExchange.Outcome] {
            try crowd.inside { namespace in
                HookExchange.exchange(
                    swaps(crowd, by: program, afterCheck: afterCheck),
                    in: try NamespaceDirectory(node: namespace, seeking: [namespace.identity.cookie]), limits)
            }
        }

        private func isDone(_ outcome: HookExchange.Outcome) -> Bool {
            if case .done = outcome { true } else { false }
        }

        @Test func `300 hooks: installed and back, byte for byte, few lines in the journal`() throws {
            try withCrowd(300) { crowd in
                #expect(crowd.hooks.count == 301)
                let before = try crowd.read()
                let text = try (0..<HookCrowd.devices).map { try crowd.node.filters("c\($0)") }
                let applied = try crowd.install()
                guard case .committed(let replacements, let after, _, _) = applied.result else {
                    Issue.record("\(applied.result)")
                    return
                }
                let id = try #require(replacements.first?.id)
                #expect(replacements.count == 301 && after.allSatisfy { $0.program?.id == id })
                let now = try crowd.read()
                #expect(now.filter { $0.program?.id == id }.count == 301)
                // Nothing but the program and its name is another.
                #expect(
                    zip(before, now).allSatisfy {
                        $0.isSamePlace(as: $1) && $0.filter?.bpf?.classID == $1.filter?.bpf?.classID
                    })
                let journal = TestJournal()
                let restored = try crowd.node.rollback(applied.runID, journal)
                #expect(restored.state == .rolledBack && restored.proof.identical && restored.changed)
                #expect(restored.proof.hooks?.count == 301)
                #expect(journal.lines.filter { $0.phase == .restore }.count == 3)
                #expect(try crowd.read() == before)
                let again = try (0..<HookCrowd.devices).map { try crowd.node.filters("c\($0)") }
                #expect(again == text)
            }
        }

        @Test func `a second writer in the middle: put back and named; the others are done`() throws {
            try withCrowd { crowd in
                let foreign = try crowd.node.foreignProgram()
                let victim = crowd.hooks[17]
                let outcomes = try exchange(crowd, by: try crowd.replacement()) { hook in
                    if hook.isSamePlace(as: victim) { try crowd.overwrite(hook, with: foreign.pin) }
                }
                for (index, outcome) in outcomes.enumerated() where index != 17 { #expect(isDone(outcome)) }
                guard case .overwrote(let filter, putBack: true) = outcomes[17] else {
                    Issue.record("\(outcomes[17])")
                    return
                }
                #expect(filter.bpf?.programID == foreign.id && !outcomes[17].leavesOurs)
                let holders = try crowd.read().filter { $0.program?.id == foreign.id }
                #expect(holders.count == 1 && holders.first?.isSamePlace(as: victim) == true)
            }
        }

        @Test func `a second writer in the middle of apply: undone, both ids are told, the others are exact`() throws {
            try withCrowd { crowd in
                let before = try crowd.read()
                let foreign = try crowd.node.foreignProgram()
                let victims = [crowd.hooks[3], crowd.hooks[30]]
                var failure: (any Error)?
                let undone = try crowd.install { hook in
                    guard victims.contains(where: hook.isSamePlace) else { return }
                    do { try crowd.overwrite(hook, with: foreign.pin) } catch { failure = error }
                }.undone()
                #expect(failure == nil && undone.cause.code == .stalePlan && undone.cause.facts.count == 2)
                let legacy = try #require(victims[0].program?.id)
                for fact in undone.cause.facts {
                    #expect(fact.contains("program \(legacy) ") && fact.contains("program \(foreign.id) "))
                }
                #expect(undone.restoration?.state == .rolledBack && undone.restoration?.proof.identical == false)
                #expect(undone.restoration?.proof.changedByOthers.count == 2)
                let now = try crowd.read()
                #expect(now.filter { $0.program?.id == foreign.id }.count == 2)
                #expect(zip(before, now).filter { $0 != $1 }.count == 2)
            }
        }

        @Test func `a filter that was another before the check is left alone`() throws {
            try withCrowd { crowd in
                let foreign = try crowd.node.foreignProgram()
                try crowd.overwrite(crowd.hooks[5], with: foreign.pin)
                let outcomes = try exchange(crowd, by: try crowd.replacement())
                guard case .unexpected(let found?) = outcomes[5] else {
                    Issue.record("\(outcomes[5])")
                    return
                }
                #expect(found.program?.id == foreign.id && outcomes.filter(isDone).count == outcomes.count - 1)
            }
        }

        @Test func `a filter deleted in the middle: none is made, the others are done`() throws {
            try withCrowd { crowd in
                let victim = crowd.hooks[9]
                let outcomes = try exchange(crowd, by: try crowd.replacement()) { hook in
                    if hook.isSamePlace(as: victim) { try crowd.delete(hook) }
                }
                guard case .unexpected(nil) = outcomes[9] else {
                    Issue.record("\(outcomes[9])")
                    return
                }
                #expect(outcomes.filter(isDone).count == outcomes.count - 1)
                let left = try crowd.read()
                #expect(!left.contains { $0.isSamePlace(as: victim) })
            }
        }

        @Test func `an interface deleted in the middle: its hooks hold nothing of ours, the others are done`() throws {
            try withCrowd { crowd in
                let outcomes = try exchange(crowd, by: try crowd.replacement()) { hook in
                    if hook.isSamePlace(as: crowd.hooks[20]) { try crowd.node.sh("ip link del c3") }
                }
                for (hook, outcome) in zip(crowd.hooks, outcomes) {
                    if hook.interface == "c3" {
                        #expect(!outcome.leavesOurs && !outcome.isChange)
                    } else {
                        #expect(isDone(outcome), "\(hook.title)")
                    }
                }
            }
        }

        @Test func `an interface deleted in the middle of a rollback: vanished, the others are exact`() throws {
            try withCrowd { crowd in
                let before = try crowd.read()
                let applied = try crowd.install()
                let restored = try crowd.node.rollback(
                    applied.runID,
                    afterCheck: { hook in
                        if hook.isSamePlace(as: crowd.hooks[20]) { _ = try? crowd.node.sh("ip link del c3") }
                    })
                let gone = before.filter { $0.interface == "c3" }
                #expect(restored.state == .rolledBack && restored.proof.identical)
                #expect(restored.proof.vanished.count == gone.count)
                #expect(try crowd.read() == before.filter { $0.interface != "c3" })
            }
        }

        @Test func `tcx and clsact together, chunks of seven`() throws {
            try withCrowd { crowd in
                let pin = try crowd.node.pinned("ztunnel_host_ingress")
                for device in ["c1", "c4"] { try crowd.node.attach(pin, to: device) }
                let link = try crowd.node.link(pin, to: "c6")
                let all = try crowd.read()
                let hooks = all.filter { $0.program?.id == crowd.hooks[0].program?.id }
                #expect(hooks.filter { $0.kind == .tcx }.count == 3 && hooks.count == 44)
                let applied = try crowd.install(of: hooks, limits: ExchangeLimits(chunk: 7))
                guard case .committed(let replacements, let after, _, _) = applied.result else {
                    Issue.record("\(applied.result)")
                    return
                }
                #expect(zip(hooks, after).allSatisfy { $0.isSamePlace(as: $1) })
                #expect(zip(replacements, after).allSatisfy { $0.id == $1.program?.id })
                let restored = try crowd.node.rollback(applied.runID)
                #expect(restored.proof.identical && restored.proof.hooks?.count == 44)
                // The list counts our own exchanges.
                let places = { (hooks: [Hook]) in
                    hooks.map { [$0.title, "\($0.program?.id ?? 0)", "\($0.attachment?.position ?? 0)"] }
                }
                #expect(places(try crowd.read()) == places(all))
                withExtendedLifetime(link) {}
            }
        }

        @Test func `lost notifications are never silent`() throws {
            try withCrowd { crowd in
                // The kernel's least: room for a few of them.
                let outcomes = try exchange(crowd, by: try crowd.replacement(), limits: ExchangeLimits(room: 1))
                for outcome in outcomes {
                    guard case .unread(let error) = outcome else {
                        Issue.record("\(outcome)")
                        continue
                    }
                    #expect(error.code == .overrun && outcome.leavesOurs && outcome.isChange)
                }
            }
        }

        @Test func `lost notifications hide no second writer who is still there`() throws {
            try withCrowd { crowd in
                let foreign = try crowd.node.foreignProgram()
                let applied = try crowd.install(limits: ExchangeLimits(room: 1)) { hook in
                    guard hook.isSamePlace(as: crowd.hooks[8]) else { return }
                    try? crowd.overwrite(hook, with: foreign.pin)
                }
                let undone = try applied.undone()
                #expect(undone.cause.code == .kernelRead && undone.cause.facts.first?.contains("lost") == true)
                #expect(undone.restoration?.proof.hooks?.count == 41)
            }
        }

        @Test func `room for a chunk's notifications is enough, however many hooks there are`() throws {
            try withCrowd { crowd in
                let before = try crowd.read()
                let applied = try crowd.install(limits: ExchangeLimits(chunk: 1, room: 1))
                guard case .committed = applied.result else {
                    Issue.record("\(applied.result)")
                    return
                }
                #expect(try crowd.node.rollback(applied.runID).proof.identical)
                #expect(try crowd.read() == before)
            }
        }

        @Test func `a rollback that loses notifications says so and keeps the pins`() throws {
            try withCrowd { crowd in
                let before = try crowd.read()
                let applied = try crowd.install()
                crowd.node.limits = ExchangeLimits(room: 1)
                let restored = try crowd.node.rollback(applied.runID)
                #expect(restored.state == .mixed && restored.proof.differences.count == 41)
                #expect(try crowd.node.pinnedRuns() == [applied.runID])
                crowd.node.limits = ExchangeLimits()
                #expect(try crowd.node.rollback(applied.runID).proof.identical)
                #expect(try crowd.read() == before)
            }
        }
    }
}
