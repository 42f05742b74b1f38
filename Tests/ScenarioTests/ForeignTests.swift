import Inventory
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Other people's filters beside ours, and several hooks.
    @Suite struct Neighbourhood {
        @Test(arguments: Membership.allCases)
        func `filters of others stay byte for byte`(_ membership: Membership) throws {
            try withNode { node in
                let (id, pin) = try node.foreignProgram()
                try node.sh(
                    """
                    tc filter add dev hz ingress prio 1 handle 9 bpf direct-action object-pinned \(pin)
                    tc filter add dev hz ingress prio 2 bpf direct-action object-pinned \(pin)
                    tc filter add dev hz ingress prio 3 handle 5 chain 4 bpf object-pinned \(pin) classid 1:7
                    tc filter add dev hz egress prio 2 bpf direct-action object-pinned \(pin)
                    """)
                let before = try (node.filters("hz"), node.filters("hz", "egress"))
                let plan = try node.plan(membership)
                #expect(plan.blocked == [])
                let foreign = plan.document.hooks.filter {
                    $0.action == .foreign && $0.interface == "hz" && $0.netns == plan.node.identity
                }
                #expect(
                    foreign.map { "\($0.direction) \($0.chain) \($0.priority) \($0.handle)" }.sorted() == [
                        "egress 0 2 1", "ingress 0 1 9", "ingress 0 2 1", "ingress 4 3 5",
                    ])
                #expect(foreign.allSatisfy { $0.program?.id == id })
                #expect(plan.document.decision.hooks.count == 1)
                let run = try node.mustApply(plan)
                let legacy = try #require(plan.hooks.first?.program)
                let during = try node.filters("hz")
                #expect(others(during, than: run.replacement) == others(before.0, than: legacy))
                #expect(try node.filters("hz", "egress") == before.1)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try node.filters("hz") == before.0 && node.filters("hz", "egress") == before.1)
            }
        }

        /// Filters but the one with this program; the order in which the kernel lists a priority is no attribute.
        private func others(_ text: String, than program: ProgramReference) -> [String] {
            text.split(separator: "\n").filter { !$0.contains(" id \(program.id) ") }.map(String.init).sorted()
        }

        @Test(arguments: Membership.allCases) func `two proxies: both hooks, and both back`(_ membership: Membership)
            throws
        {
            try withNode { node in
                try node.addSecondProxy()
                let before = try (node.filters("hz"), node.filters("hz2"))
                let plan = try node.plan(membership)
                #expect(plan.blocked == [])
                #expect(plan.hooks.map(\.interface) == ["hz", "hz2"])
                #expect(plan.document.decision.hooks.map(\.interface) == ["hz", "hz2"])
                let run = try node.mustApply(plan)
                #expect(try node.filters("hz").contains(" id \(run.replacement.id) "))
                #expect(try node.filters("hz2").contains(" id \(run.replacement.id) "))
                let restored = try node.rollback(run.runID)
                #expect(restored.proof.identical && restored.hooks.count == 2)
                #expect(try node.filters("hz") == before.0 && node.filters("hz2") == before.1)
            }
        }

        @Test func `one hook answers worse than the other: the worse counts`() throws {
            try withNode { node in
                try node.addSecondProxy()
                try node.sh("sysctl -qw net.ipv4.conf.hz2.forwarding=0")
                let plan = try node.plan()
                #expect(plan.blocker(.forwardingOff)?.message == "hz2: ipv4 forwarding is off")
                #expect(try plan.finding(node.pod1.address).effect == .broken)
            }
        }
    }
}
