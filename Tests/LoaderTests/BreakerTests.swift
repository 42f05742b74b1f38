import Glibc
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// The kernel itself takes a run back whose replacement fails.
    @Suite struct Tripping {
        private func counted(_ node: TestNode, _ run: OpenRun) throws -> [String: UInt64] {
            try node.counters(try #require(run.made.replacements.first))
        }

        /// Packets flow until the breaker has tripped, then all of them arrive by the legacy program.
        private func expectTrip(_ node: TestNode, _ run: OpenRun, to pods: [String] = ["pod1"]) throws {
            #expect(try node.cell(run.runID).word.state == .open)
            let lost = try node.burst(pods, rate: 1000).lost
            #expect(try node.cell(run.runID).word.state == .breaker)
            let counted = try counted(node, run)
            #expect(counted["failed", default: 0] >= 20, "\(counted)")
            // Two flows a pod are in flight while one processor makes up its mind.
            #expect(counted["failed", default: 0] < 60 && lost < 60, "\(lost) lost, \(counted)")
            #expect(try node.burst(pods).lost == 0, "traffic is not back")
            #expect(try node.control(run.runID) { try $0.commit() }.refusal == .notOpen)
            #expect(try node.control(run.runID) { try $0.set(share: 65_536) }.refusal == .notOpen)
            print("breaker: \(counted["failed", default: 0]) failures, \(lost) packets lost until it tripped")
            let restoration = try node.rollback(run.runID)
            #expect(restoration.proof.identical && restoration.reason == .breaker)
        }

        @Test(arguments: [Membership.onLink, .legacyKeys]) func `the route of a planned destination goes`(
            membership: Membership
        ) throws {
            try withNode(pods: 2) { node in
                let run = try node.open(try node.plan(membership))
                #expect(try node.burst(["pod1", "pod2"], rate: 300).lost == 0)
                let pod = try node.lab.pod("pod1")
                let route = try node.sh("ip route show \(pod.address)").split(separator: "\n").first ?? ""
                try node.sh("ip route del \(pod.address)")
                try expectTrip(node, run)
                try node.sh("ip route add \(route)")
            }
        }

        @Test func `a replacement that takes the pods' devices for uplinks`() throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan(.onLink)
                let pod = try node.lab.pod("pod1")
                let wrong = InstallRequest.configurations(plan.document.decision, hooks: plan.hooks).mapValues {
                    var told = $0
                    told.denied.append(pod.ifindex)
                    return told
                }
                try expectTrip(node, try node.open(plan, configurations: wrong))
            }
        }

        @Test func `a replacement whose set of members is empty`() throws {
            try withNode(pods: 2) { node in
                var plan = try node.plan(.enrolled)
                plan.enrolled = []
                try expectTrip(node, try node.open(plan))
            }
        }

        @Test func `a share of the flows is enough`() throws {
            try withNode(pods: 8) { node in
                let plan = try node.plan(.onLink)
                let wrong = InstallRequest.configurations(plan.document.decision, hooks: plan.hooks).mapValues {
                    var told = $0
                    told.denied += node.lab.state.pods.map(\.ifindex)
                    return told
                }
                let run = try node.open(plan, share: FlowShare("50%"), configurations: wrong)
                try expectTrip(node, run, to: node.lab.state.pods.map(\.name))
            }
        }

        @Test func `it does not trip on destinations that nobody planned, nor on a few failures among many packets`()
            throws
        {
            try withNode(pods: 2) { node in
                let run = try node.open(try node.plan(.onLink))
                let ifindex = try #require(run.plan.hooks.first).ifindex
                // Nobody's, the world's, and one that is no unicast address.
                let strangers = ["10.1.77.77", "203.0.113.9", "224.0.0.5"].compactMap { IPAddress($0) }
                try node.lab.enter {
                    let program = try BPFProgram(id: try #require(run.made.replacements.first).id)
                    for stranger in strangers {
                        let packet = try #require(
                            Packet(from: .v4(0x0a09_0007), to: stranger, .udp(source: 7, destination: 9)))
                        _ = try TestRun.tc(program.descriptor, packet: packet.bytes, ifindex: ifindex, repeats: 2000)
                    }
                }
                #expect(try counted(node, run)["failed"] == 0)
                // One in 200 is less than one in a hundred.
                #expect(try node.burst(["pod1"], rate: 8000).lost == 0)
                let redirected = try counted(node, run)["redirected", default: 0]
                try #require(redirected > 6000)
                let pod = try node.lab.pod("pod2")
                let route = try node.sh("ip route show \(pod.address)").split(separator: "\n").first ?? ""
                try node.sh("ip route del \(pod.address)")
                try node.lab.enter {
                    let program = try BPFProgram(id: try #require(run.made.replacements.first).id)
                    let packet = try #require(
                        Packet(from: .v4(0x0a09_0007), to: pod.address, .udp(source: 7, destination: 9)))
                    _ = try TestRun.tc(program.descriptor, packet: packet.bytes, ifindex: ifindex, repeats: 50)
                }
                #expect(try counted(node, run)["failed"] == 50)
                #expect(try node.cell(run.runID).word.state == .open)
                try node.sh("ip route add \(route)")
                #expect(try node.control(run.runID) { try $0.commit() }.after.state == .committed)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `off, it counts and leaves it at that; committed, nothing is counted`() throws {
            try withNode(pods: 1) { node in
                let run = try node.open(try node.plan(.onLink), breaker: .off)
                let pod = try node.lab.pod("pod1")
                let route = try node.sh("ip route show \(pod.address)").split(separator: "\n").first ?? ""
                try node.sh("ip route del \(pod.address)")
                #expect(try node.burst(["pod1"]).lost > 100)
                let failed = try counted(node, run)["failed", default: 0]
                #expect(failed > 100)
                #expect(try node.cell(run.runID).word.state == .open)
                #expect(try node.control(run.runID) { try $0.commit() }.after.state == .committed)
                #expect(try node.burst(["pod1"]).lost > 100)
                #expect(try counted(node, run)["failed"] == failed)
                try node.sh("ip route add \(route)")
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }
    }
}
