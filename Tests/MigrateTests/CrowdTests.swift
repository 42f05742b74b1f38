import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// More pods than the map has room for, and more than the neighbor table holds by default.
    @Suite(.requires(.neighborlimit)) struct Crowds {
        private static let pods = 3000
        private static let room = 1024

        @Test func `3,000 pods where the map holds 1,024: blocked, and reached with the remedy as printed`() throws {
            let limit = try NeighborLimit()
            var table = StepTable("\(Self.pods) pods, \(Self.room) in the map:")
            try withNode(pods: 1, ipv6: false) { node in
                table.lap("up")
                let crowd = try [node.lab.pod("pod1")] + node.lab.addCrowd(Self.pods - 1)
                table.lap("crowd")
                try fill(node, crowd)
                let plan = "\(node.scratch)/plan.json"
                let blocked = try node.migrate("plan", "--membership", "on-link", "--out", plan, exit: 10)
                #expect(blocked.stdout.contains("1024 of 1024 entries: full"))
                let blockers = try node.document(plan).blockers
                #expect(blockers.map(\.code) == [Code.neighborTable.text])
                let remedy = try #require(blockers.first?.remedy)
                try limit.run(try #require(remedy.split(separator: "  ").last.map(String.init)))

                table.lap("plan, blocked")
                let options = TrafficOptions(rate: 1, seconds: 3, drainMilliseconds: 1000)
                let legacy = try Traffic.start(in: node.lab, to: crowd, options).wait()
                #expect(legacy.flows.count { $0.sent > 0 && $0.lost == 0 } == Self.room, "\(legacy.received)")
                #expect(legacy.flows.count { $0.received == 0 } == Self.pods - Self.room)

                table.lap("traffic")
                try node.migrate("plan", "--membership", "on-link", "--out", plan)
                table.lap("plan")
                let document = try node.document(plan)
                #expect(document.effects == ["same": Self.room])
                // And the one that is not enrolled.
                #expect(document.membership.widenedTotal == Self.pods - Self.room + 1)
                #expect(try node.apply(plan).state == .committed)
                table.lap("apply")
                // Idle as most pods are: nobody is known but those that were asked for before the change.
                try node.sh("ip neigh flush all")
                let replaced = try Traffic.start(in: node.lab, to: crowd, options).wait()
                #expect(replaced.isClean && replaced.flows.allSatisfy { $0.sent > 0 }, "lost \(replaced.lost)")
                #expect(try node.lab.entries().count == Self.room)
                #expect(try node.sh("ip -4 neigh show nud permanent") == "", "that would prove nothing")
                table.lap("traffic")
                #expect(try node.rollback().proof?.identical == true)
                table.lap("rollback")
                table.note("remedy: \(remedy)")
                table.add(
                    "packets to all of them", "\(legacy.received) of \(legacy.sent)",
                    "\(replaced.received) of \(replaced.sent)")
                table.show()
            }
            withExtendedLifetime(limit) {}
        }

        /// The agent enrolls pods until the map takes no more.
        private func fill(_ node: Node, _ pods: [LabPod]) throws {
            let known = try node.lab.entries().count
            for pod in pods[known..<Self.room] {
                try node.lab.setEntry(LabMapEntry(address: pod.address, ifindex: pod.ifindex, mac: pod.mac))
            }
            let next = pods[Self.room]
            #expect(throws: LabError.self) {
                try node.lab.setEntry(LabMapEntry(address: next.address, ifindex: next.ifindex, mac: next.mac))
            }
            #expect(try node.lab.entries().count == Self.room)
        }
    }
}
