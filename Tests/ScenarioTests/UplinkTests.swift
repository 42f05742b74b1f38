import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// The lab's uplink is a veth, as in kind, k3d and LXC: its neighbors are their own next hop, and yet no pods.
    @Suite struct Uplinks {
        /// What the program may rest on.
        enum Test {
            /// The kfuncs find the uplink to be of the hook's link type; what keeps it out is the deny list.
            case kfuncsAndDenyList
            /// A kernel without the kfuncs.
            case denyListAlone
        }

        @Test(.requires(.linktypes)) func `packets to a neighbor on the uplink go through the stack`() throws {
            try expectStack(.kfuncsAndDenyList)
        }

        @Test func `packets to a neighbor on the uplink go through the stack, by the deny list alone`() throws {
            try expectStack(.denyListAlone)
        }

        private func expectStack(_ test: Test) throws {
            try withNode(pods: 1) { node in
                let before = try sent(node)
                #expect(before.hops == [63] && before.forwarded >= before.ledger.sent, "the map lets them pass")
                let plan = try node.plan(.onLink)
                let denied = plan.document.decision.replacement.denied.map(\.interface)
                // What the link types would keep out anyway is denied by name where the kernel cannot compare them.
                #expect(denied == (KernelTraits.comparesLinkTypes ? ["gw0"] : ["lo", "gw0"]))
                let run = try apply(node, plan, test)
                let after = try sent(node)
                #expect(after.ledger.isClean && after.hops == [63])
                #expect(after.forwarded >= after.ledger.sent)
                let counters = try node.counters(run.replacement)
                #expect(try #require(counters["device_denied"]) >= after.ledger.sent && counters["redirected"] == 0)
                // A pod is still reached past the stack.
                #expect(try node.burst(["pod1"]).isClean)
                #expect(try node.counters(run.replacement)["redirected", default: 0] > 0)
                try node.rollback(run.runID)
            }
        }

        /// What the tests above would see if nothing kept the uplink out.
        @Test(.requires(.linktypes)) func `without the deny list they pass the stack by`() throws {
            try expectShortcut(.kfuncsAndDenyList)
        }

        @Test func `without the deny list and link types they pass the stack by`() throws {
            try expectShortcut(.denyListAlone)
        }

        private func expectShortcut(_ test: Test) throws {
            try withNode(pods: 1) { node in
                let run = try apply(node, try node.plan(.onLink), test, denied: [])
                let after = try sent(node)
                #expect(after.hops == [64] && after.forwarded < after.ledger.sent / 10)
                try node.rollback(run.runID)
            }
        }

        private func apply(
            _ node: TestNode, _ plan: PlanOutcome, _ test: Test, denied: [UInt32]? = nil
        ) throws -> (runID: String, replacement: ProgramReference) {
            let planned = InstallRequest.configurations(plan.document.decision, hooks: plan.hooks)
            let configurations = planned.mapValues { planned in
                var configuration = planned
                configuration.readsDevice = test == .kfuncsAndDenyList
                if let denied { configuration.denied = denied }
                return configuration
            }
            let applied = try node.apply(plan, configurations: configurations)
            guard case .committed(let replacements, _, _, _) = applied.result, let replacement = replacements.first
            else {
                throw TestFailure("not committed: \(applied.result)")
            }
            return (applied.runID, replacement)
        }

        /// Packets from the proxy to the gateway, and what they went through.
        private func sent(_ node: TestNode) throws -> (ledger: Ledger, hops: Set<UInt8>, forwarded: UInt64) {
            let before = try node.forwarded()
            let traffic = try Traffic.start(
                in: node.lab, TrafficOptions(pods: ["gateway"], rate: 500, seconds: 1, drainMilliseconds: 200))
            let frames = try node.lab.frames(in: "gateway", count: 100)
            let ledger = traffic.wait()
            #expect(frames.count == 100)
            return (ledger, Set(frames.map(\.hopLimit)), try node.forwarded() - before)
        }
    }
}
