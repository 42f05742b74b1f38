import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// Pods go idle, change, move and come, and nobody writes the map: what it loses the replacement delivers.
    @Suite struct Steps {
        @Test(arguments: LabFamily.allCases)
        func `an idle pod, a new MAC, a new veth, a new pod`(_ family: LabFamily) throws {
            try withNode(family, pods: 6) { node in
                let ipv6 = family == .fabric
                try node.changePods(new: "new1")
                let pods = ["pod1", "pod3", "pod5", "new1"]
                let legacy = try node.burst(pods, ipv6: ipv6)
                // The map's MAC needs no neighbor.
                #expect(legacy.flows(of: "pod1").allSatisfy { $0.sent > 0 && $0.lost == 0 })
                for pod in pods.dropFirst() {
                    #expect(legacy.flows(of: pod).allSatisfy { $0.sent > 0 && $0.received == 0 }, "\(pod): \(legacy)")
                }
                try expectPlan(of: node, family)

                // The same packets once the map is right: it was the map that lost them.
                try node.letAgentCatchUp(pods)
                #expect(try node.burst(pods, ipv6: ipv6).isClean)

                try apply(node, family)
                let before = try node.lab.entries()
                try node.changePods(new: "new2")
                let replaced = try node.burst(["pod1", "pod3", "pod5", "new2"], ipv6: ipv6)
                #expect(replaced.isClean, "\(replaced)")
                #expect(try node.lab.entries() == before, "somebody wrote the map")
                #expect(try node.rollback().proof?.identical == true)
                var table = StepTable("\(family.rawValue), nobody writes the map:")
                table.add("an idle pod", legacy, "pod1", replaced, "pod1")
                table.add("a MAC changes, announced", legacy, "pod3", replaced, "pod3")
                table.add("a pod moves to another veth", legacy, "pod5", replaced, "pod5")
                table.add("a new pod", legacy, "new1", replaced, "new2")
                table.show()
            }
        }

        /// What an operator reads on the node as it is, before anything is changed.
        private func expectPlan(of node: Node, _ family: LabFamily) throws {
            let path = "\(node.scratch)/before.json"
            let words = ["plan", "--membership", "on-link", "--all-entries", "--out", path]
            let result = try node.run(try node.words(words + Node.profileWords(family)))
            node.expect(result, exit: 0, code: nil)
            let plan = try node.document(path)
            let text = result.stdout
            func judged(_ pod: String) throws -> [String] {
                let pod = try node.lab.pod(pod)
                let addresses = [pod.address] + (family == .fabric ? [pod.ipv6].compactMap(\.self) : [])
                let found = plan.entries.filter { addresses.contains($0.address) }
                #expect(found.count == addresses.count)
                return found.map { "\($0.verdict.rawValue)/\($0.effect.rawValue)" }
            }
            #expect(try Set(judged("pod1")) == ["unresolved-neighbor/same"])
            #expect(try Set(judged("pod3")) == ["mac-mismatch/healed"])
            #expect(try Set(judged("pod5")) == ["stale-interface/healed"])
            #expect(text.contains("lost today, delivered afterwards"), "\(text)")
            let new = try node.lab.pod("new1")
            let widened = plan.membership.widened.filter { $0.interface == "new1" }.map(\.address)
            let addresses = [new.address] + (family == .fabric ? [new.ipv6].compactMap(\.self) : [])
            #expect(Set(widened) == Set(addresses))
            if family == .ambient {
                #expect(text.contains("may let in only what the map delivers"))
            }
        }

        private func apply(_ node: Node, _ family: LabFamily) throws {
            let plan = "\(node.scratch)/plan.json", profile = try Node.profileWords(family)
            let planned = try node.run(try node.words(["plan", "--membership", "on-link", "--out", plan] + profile))
            node.expect(planned, exit: 0, code: nil)
            let applied = try node.run(
                try node.words(
                    ["apply", "--node", Node.name, "--confirm-within", "none", "-o", "json", plan] + profile))
            node.expect(applied, exit: 0, code: nil)
            #expect(try node.runDocument(applied).state == .committed)
        }

        /// The map has the old MAC for ever. The kernel believes the neighbor for `base_reachable_time` (half to one and a
        /// half of it), waits `delay_first_probe_time` and asks it `ucast_solicit` times, `retrans_time` apart, before
        /// it asks everybody: 45 + 5 + 3 s by default, 1.5 + 1 + 0.3 s here.
        @Test func `a new MAC that nobody announces is found within the neighbor's timers`() throws {
            try withNode(pods: 1) { node in
                let name = "net.ipv4.neigh.pod1"
                try node.sh(
                    """
                    sysctl -qw \(name).base_reachable_time_ms=1000 \(name).delay_first_probe_time=1
                    sysctl -qw \(name).retrans_time_ms=100 \(name).ucast_solicit=3
                    """)
                let bound = 2.8
                let legacy = try outage(node, giveUpAfter: bound + 1.2)
                #expect(legacy == nil, "the map cannot know the new MAC")
                try node.letAgentCatchUp(["pod1"])
                // Nobody used the neighbor, so nobody asked: now the map is right and the kernel is not, which blocks.
                try node.plan("differs.json", exit: 10)
                #expect(
                    try node.document("\(node.scratch)/differs.json").blockers.map(\.code) == [
                        Code.neighborDiffers.text
                    ])
                try node.lab.forget("pod1")
                let plan = try node.plan()
                #expect(try node.apply(plan).state == .committed)
                let seconds = try #require(try outage(node, giveUpAfter: bound + 5))
                // Probes wait for the timer wheel, and this process for a processor.
                #expect(seconds < bound + 2)
                #expect(try node.burst(["pod1"], ipv6: false).isClean)
                try node.rollback()
                var table = StepTable("a MAC changes, not announced; bound \(bound) s:")
                table.add("seconds without a packet", "never found", "\((seconds * 10).rounded() / 10)")
                table.show()
            }
        }

        /// Sends to pod1, changes its MAC silently, and waits for the first packet that arrives again. Returns the seconds
        /// without one, `nil` when none came.
        private func outage(_ node: Node, giveUpAfter limit: Double) throws -> Double? {
            let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 600))
            while traffic.receivedSoFar < 50 { usleep(10_000) }
            try node.lab.renew("pod1", announced: false)
            usleep(50_000)
            let before = traffic.receivedSoFar
            let begun = Clock.now()
            while traffic.receivedSoFar == before, Clock.now() - begun < UInt64(limit * 1e9) { usleep(5_000) }
            let ledger = traffic.stop()
            return ledger.received == before ? nil : Double(ledger.flows[0].longestSilenceMicroseconds) / 1e6
        }
    }
}
