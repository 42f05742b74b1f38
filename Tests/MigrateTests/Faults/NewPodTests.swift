import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A pod comes between plan and flip, and its agent enters it into the map, as ever: it has traffic before, during and
    /// after.
    @Suite struct NewPods {
        /// Traffic to an old pod and a new one, over whatever happens.
        private func traffic(_ node: Node, _ pods: [String], ipv6: Bool) throws -> Traffic {
            try Traffic.start(in: node.lab, TrafficOptions(pods: pods, rate: 300, seconds: 600, ipv6: ipv6))
        }

        private func come(_ name: String, _ node: Node) throws {
            try node.lab.add(name)
            try node.letAgentCatchUp([name])
        }

        /// One hook, the proxy's: the pod is none of it, and the plan stays valid.
        @Test(arguments: [Membership.onLink, .legacyKeys])
        func `between plan and apply, where the hook is the proxy's: the plan holds, and so does the pod's traffic`(
            membership: Membership
        ) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan(membership: membership)
                try come("new1", node)
                let traffic = try traffic(node, ["pod1", "new1"], ipv6: false)
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                try node.provisional(plan)
                node.wait(seconds: 1)
                let sides = try #require(try node.status().sides)
                #expect(sides.replacement.packets > 200 && sides.replacement.failed == 0, "\(sides)")
                #expect(try node.run(verb: "confirm").state == .committed)
                #expect(try node.status().drift == [])
                try node.rollback()
                try expectClean(traffic.stop(), "between plan and apply, \(membership.rawValue)")
            }
        }

        /// A hook at each pod: the new one's is not in the plan.
        @Test func `between plan and apply, where every pod has a hook: the plan is stale, and the next covers it`()
            throws
        {
            try withNode(.fabric, pods: 2) { node in
                let profile = try Node.profileWords(.fabric)
                func plan(_ name: String) throws -> String {
                    let path = "\(node.scratch)/\(name)"
                    let planned = try node.run(
                        try node.words(["plan", "--membership", "on-link", "--out", path] + profile))
                    node.expect(planned, exit: 0, code: nil)
                    return path
                }
                func apply(_ plan: String) throws -> CommandResult {
                    try node.run(
                        try node.words(
                            ["apply", "--node", Node.name, "--confirm-within", "none", plan] + profile))
                }
                let old = try plan("old.json")
                try come("new1", node)
                let traffic = try traffic(node, ["pod1", "pod2", "new1"], ipv6: true)
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                let before = try node.state()
                let refused = try apply(old)
                node.expect(refused, exit: 11, code: .stalePlan)
                #expect(refused.stderr.contains("new1"), "\(refused)")
                #expect(try node.state() == before)
                node.expect(try apply(try plan("new.json")), exit: 0, code: nil)
                node.wait(seconds: 1)
                try node.rollback()
                #expect(try node.state() == before)
                try expectClean(traffic.stop(), "between plan and apply, a hook at each pod")
            }
        }

        /// The last moment before the flip: a check that waits is asked then, when apply has looked at everything.
        @Test(arguments: [(LabFamily.ambient, Membership.onLink), (.ambient, .legacyKeys), (.fabric, .onLink)])
        func `between apply's own look and the flip`(family: LabFamily, membership: Membership) throws {
            try withNode(family, pods: 2) { node in
                let path = "\(node.scratch)/plan.json", profile = try Node.profileWords(family)
                let planned = try node.run(
                    try node.words(["plan", "--membership", membership.rawValue, "--out", path] + profile))
                node.expect(planned, exit: 0, code: nil)
                let gate = "touch \(node.scratch)/asked; while ! test -e \(node.scratch)/go; do sleep 0.05; done"
                let apply = try BackgroundCommand(
                    node,
                    try node.words(
                        ["apply", "--node", Node.name, "--check", gate, "--check-every", "60s", "--detach", path]
                            + profile))
                for _ in 0..<1000 where access("\(node.scratch)/asked", F_OK) != 0 { usleep(10_000) }
                try come("new1", node)
                let traffic = try traffic(node, ["pod1", "new1"], ipv6: family == .fabric)
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                try node.sh("touch \(node.scratch)/go")
                #expect(try apply.wait() == 0, "\(apply.said)")
                #expect(try node.status().state == "provisional")
                node.wait(seconds: 1)
                #expect(try node.run(verb: "confirm").state == .committed)
                let status = try node.status(exit: family == .fabric ? 30 : 0)
                if family == .fabric {
                    // Its own hook has the legacy program, which works: that is told, and is the next plan's.
                    #expect(status.drift.contains { $0.contains("new1") }, "\(status.drift)")
                } else {
                    #expect(status.drift == [])
                }
                try node.rollback()
                try expectClean(traffic.stop(), "before the flip, \(family.rawValue), \(membership.rawValue)")
            }
        }

        private func expectClean(_ ledger: Ledger, _ what: String) throws {
            #expect(ledger.isClean, "\(what): \(ledger)")
            let new = ledger.count("new1")
            #expect(new.received > 100)
            print("a pod comes \(what): it was sent \(new.sent) packets, \(new.sent - new.received) lost")
        }
    }
}
