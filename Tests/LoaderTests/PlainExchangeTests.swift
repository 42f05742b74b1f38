import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// From one program of ours to the other, and what a rollback makes of hooks that hold either.
    @Suite struct PlainExchanges {
        private func exchange(
            _ crowd: HookCrowd, _ hooks: [PinnedHook], _ plain: OpenProgram,
            afterCheck: @escaping (Hook) -> Void = { _ in }
        ) throws -> [PlainExchange.Outcome] {
            try crowd.inside { namespace in
                PlainExchange.exchange(
                    hooks.map { .init(hook: $0, plain: plain) },
                    in: try NamespaceDirectory(node: namespace, seeking: [namespace.identity.cookie]),
                    afterCheck: afterCheck)
            }
        }

        private func withRun(
            _ body: (HookCrowd, String, [PinnedHook], OpenProgram) throws -> Void
        ) throws {
            try withNode(pods: 1) { node in
                let crowd = try HookCrowd(node, filters: 40)
                try node.attach(try node.pinned("ztunnel_host_ingress"), to: "c2")
                let hooks = try crowd.read().filter { $0.program?.id == crowd.hooks[0].program?.id }
                let before = try crowd.read().map(\.program?.id)
                let applied = try crowd.install(of: hooks)
                guard case .committed(let replacements, _, _, _) = applied.result else {
                    throw TestFailure("\(applied.result)")
                }
                // The plain replacement is let go by then: as long as a descriptor holds it, it counts as ours and loaded.
                let pinned = try { () throws -> [PinnedHook] in
                    let plain = try crowd.replacement()
                    let pinned = zip(hooks, replacements).map { hook, replacement in
                        PinnedHook(before: hook, replacementID: replacement.id, plainID: plain.reference.id)
                    }
                    try body(crowd, applied.runID, pinned, plain)
                    return pinned
                }()
                let restored = try crowd.inside { namespace in
                    try Restorer(
                        bpffs: try BPFFileSystem(path: TestNode.bpffs),
                        run: PinnedRun(
                            runID: applied.runID, planID: "p-crowd", nodeNetns: namespace.identity.cookie, hooks: pinned
                        ),
                        node: namespace
                    ).restore(journal: nil, reason: .operator)
                }
                #expect(restored.state == .rolledBack && restored.proof.identical)
                #expect(try crowd.read().map(\.program?.id) == before)
            }
        }

        @Test func `every hook gets it, once`() throws {
            try withRun { crowd, _, hooks, plain in
                let outcomes = try exchange(crowd, hooks, plain)
                #expect(outcomes.count == 42)
                for outcome in outcomes {
                    guard case .done(let now) = outcome else {
                        Issue.record("\(outcome)")
                        continue
                    }
                    #expect(now.program?.id == plain.reference.id)
                }
                for outcome in try exchange(crowd, hooks, plain) {
                    guard case .already = outcome else {
                        Issue.record("\(outcome)")
                        continue
                    }
                }
            }
        }

        @Test func `half of it, and the rollback takes both away`() throws {
            try withRun { crowd, _, hooks, plain in
                let half = hooks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                let outcomes = try exchange(crowd, half, plain)
                #expect(outcomes.allSatisfy { $0.holds != nil })
                // The rest holds the other one still, and that is no difference.
            }
        }

        @Test func `a second writer is named, and put back`() throws {
            try withRun { crowd, _, hooks, plain in
                let foreign = try crowd.node.foreignProgram()
                let index = try #require(hooks.firstIndex { $0.before.kind == .clsact && $0.before.interface == "c5" })
                let victim = hooks[index].before
                let outcomes = try exchange(crowd, hooks, plain) { hook in
                    if hook.isSamePlace(as: victim) { try? crowd.overwrite(hook, with: foreign.pin) }
                }
                guard case .failed(.overwrote(let filter, putBack: true)) = outcomes[index] else {
                    Issue.record("\(outcomes[index])")
                    return
                }
                #expect(filter.bpf?.programID == foreign.id)
                #expect(outcomes.filter { $0.holds != nil }.count == outcomes.count - 1)
                // Its owner gives the place up.
                try crowd.overwrite(victim, with: try crowd.node.pinned("ztunnel_host_ingress"))
            }
        }
    }
}
