import Kernel
import Model
import TestSupport
import Testing

@testable import Loader

extension LoaderSuite {
    /// A filter with odd attributes comes back with every one of them.
    @Suite struct Attributes {
        struct Case: CustomTestStringConvertible, Sendable {
            var testDescription: String
            var qdisc = "clsact"
            var place = "ingress"
            var words = "prio 1 handle 1"
            var options = ""
            /// Whether the filter loses its name before it is planned: tc always gives one.
            var isNameless = false
        }

        static let cases: [Case] = [
            Case(
                testDescription: "all at once", words: "chain 3 protocol ip prio 49152 handle 0x7",
                options: "classid 1:2"),
            Case(testDescription: "without a name", isNameless: true),
            Case(
                testDescription: "without a name, all else odd", words: "chain 3 protocol ip prio 49152 handle 0x7",
                options: "classid 1:2", isNameless: true),
            Case(testDescription: "IPv6 only", words: "protocol ipv6 prio 65535 handle 0x7fffffff"),
            Case(testDescription: "kept from the hardware", options: "skip_hw"),
            Case(testDescription: "the ingress qdisc", qdisc: "ingress", place: "parent ffff:"),
            Case(
                testDescription: "the ingress qdisc, all odd, no name", qdisc: "ingress", place: "parent ffff:",
                words: "chain 3 protocol ip prio 49152 handle 0x7", options: "classid 1:2", isNameless: true),
            Case(testDescription: "the ingress qdisc by its other name", qdisc: "ingress", place: "ingress"),
        ]

        @Test(arguments: cases) func `restored exactly`(_ row: Case) throws {
            try withNode(pods: 1) { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh(
                    """
                    tc qdisc del dev hz clsact; tc qdisc add dev hz \(row.qdisc)
                    tc filter add dev hz \(row.place) \(row.words) bpf direct-action object-pinned \(pin) \(row.options)
                    """)
                if row.isNameless { try dropName(node, pin: pin) }
                let plan = try node.plan()
                let hook = try #require(plan.hooks.first)
                #expect(
                    plan.hooks.count == 1 && plan.blocked == [] && (hook.filter?.bpf?.name == nil) == row.isNameless)
                let shown = try node.sh("tc -d filter show dev hz \(row.place)")
                let run = try node.mustApply(plan)
                let now = try #require(
                    try node.plan().document.hooks.first { $0.interface == "hz" && $0.netns == plan.node.identity })
                #expect(
                    now.action == .ours && now.handle == hook.handle && now.chain == hook.chain
                        && now.priority == hook.priority)
                let restored = try node.rollback(run.runID)
                #expect(restored.proof.identical && restored.proof.differences == [])
                #expect(try node.plan().hooks == plan.hooks)
                #expect(try node.sh("tc -d filter show dev hz \(row.place)") == shown)
            }
        }

        /// The one thing tc cannot say.
        private func dropName(_ node: TestNode, pin: String) throws {
            let hook = try #require(try node.plan().hooks.first)
            let filter = try #require(hook.filter)
            var attributes = try #require(filter.bpf)
            attributes.name = nil
            try node.lab.enter {
                var socket = try NetlinkSocket()
                let program = try BPFProgram(pin: pin)
                try FilterChange.replace(
                    filter.slot, program: program.descriptor.raw, attributes: attributes, socket: &socket)
            }
        }
    }
}
