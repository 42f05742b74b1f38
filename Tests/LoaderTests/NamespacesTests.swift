import Inventory
import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Hooks of one run in several network namespaces: each has its own replacement.
    @Suite struct Namespaces {
        /// The legacy program on the node, on a pod's own interface in a filter, and on another's behind a link.
        private func withThree(_ body: (TestNode, PlanOutcome, HeldLink) throws -> Void) throws {
            try withNode { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh(
                    """
                    tc qdisc add dev eth0 clsact
                    tc filter add dev eth0 ingress prio 3 handle 5 bpf direct-action object-pinned \(pin)
                    """, in: "pod1")
                let link = try node.link(pin, to: "eth0", in: "pod2")
                var plan = try node.plan()
                #expect(Set(plan.hooks.map(\.netns.cookie)).count == 3 && plan.hooks.count == 3)
                #expect(Set(plan.hooks.map(\.kind)) == [.clsact, .tcx])
                // An interface that only the first pod's namespace denies.
                let pod = try #require(plan.hooks.first { $0.interface == "eth0" && $0.kind == .clsact })
                plan.document.decision.replacement.denied.append(
                    .init(netns: pod.netns.cookie, ifindex: 77, interface: "uplink", why: "of this test"))
                try body(node, plan, link)
            }
        }

        private func state(_ node: TestNode) throws -> [String] {
            try [
                node.filters("hz"), node.sh("tc -d filter show dev eth0 ingress", in: "pod1"),
                "\(node.tcx("eth0", in: "pod2").entries)",
            ]
        }

        @Test func `each is replaced by the program of its namespace, recorded, and put back`() throws {
            try withThree { node, plan, link in
                #expect(plan.document.steps.filter { $0.contains(" in netns ") }.count == 2)
                let before = try state(node)
                let applied = try node.apply(plan)
                guard case .committed(let replacements, let after, _, _) = applied.result else {
                    Issue.record("\(applied.result)")
                    return
                }
                #expect(after.map(\.program) == replacements)
                let denying = try #require(plan.hooks.firstIndex { $0.interface == "eth0" && $0.kind == .clsact })
                let others = replacements.indices.filter { $0 != denying }.map { replacements[$0].id }
                #expect(!others.contains(replacements[denying].id))
                let record = try node.lab.enter { try node.pins(of: applied.runID).read() }
                #expect(record.hooks.map(\.replacementID) == replacements.map(\.id))
                #expect(record.hooks.map(\.before.netns.cookie) == plan.hooks.map(\.netns.cookie))
                for (index, replacement) in replacements.enumerated() {
                    #expect(applied.journal.replacements[index] == replacement)
                }
                #expect(try node.tcx("eth0", in: "pod2").entries.map(\.linkID) == [link.id])

                let restored = try node.rollback(applied.runID, nil)
                #expect(restored.proof.identical && restored.state == .rolledBack && restored.hooks.count == 3)
                #expect(try state(node) == before)
            }
        }

        @Test func `one of them is taken by somebody else: the others come back`() throws {
            try withThree { node, plan, link in
                let before = try state(node)
                let last = try #require(plan.hooks.last)
                let foreign = try node.foreignProgram()
                let applied = try node.apply(
                    plan,
                    afterCheck: { hook in
                        guard hook.netns == last.netns else { return }
                        if hook.kind == .tcx {
                            try? node.update(link, by: foreign.pin)
                        } else {
                            _ = try? node.sh(
                                "tc filter replace dev \(hook.interface) ingress prio \(hook.priority) handle \(hook.handle) bpf direct-action object-pinned \(foreign.pin)",
                                in: hook.interface == "hz" ? nil : "pod1")
                        }
                    })
                let undone = try applied.undone()
                #expect(undone.cause.code == .stalePlan && undone.restoration?.state == .rolledBack)
                #expect(undone.restoration?.changed == true)
                let now = try state(node)
                #expect(zip(before, now).filter { $0 != $1 }.count == 1)
            }
        }

        @Test func `a namespace that nothing is known of: refused, and nothing changed`() throws {
            try withThree { node, plan, link in
                let before = try state(node)
                let undone = try node.apply(plan, configurations: [:]).undone()
                #expect(undone.cause.code == .bug && undone.restoration?.changed == false)
                #expect(try state(node) == before)
                withExtendedLifetime(link) {}
            }
        }
    }
}
