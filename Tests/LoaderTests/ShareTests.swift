import Glibc
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// A share of the flows on the replacement, by packets through the switch itself.
    @Suite struct Share {
        /// Which side a flow's packets take, told from what the switch counts of them.
        private struct Sides {
            let node: TestNode
            let ifindex: UInt32
            let program: UInt32

            init(_ node: TestNode, _ run: OpenRun) throws {
                self.node = node
                ifindex = try #require(run.plan.hooks.first).ifindex
                program = try #require(run.made.replacements.first).id
            }

            /// One for each packet: whether the replacement took it.
            func areOnReplacement(_ packets: [[UInt8]]) throws -> [Bool] {
                try node.lab.enter {
                    let program = try BPFProgram(id: program)
                    return try packets.map { packet in
                        let before = try taken()
                        _ = try TestRun.tc(program.descriptor, packet: packet, ifindex: ifindex)
                        return try taken() > before
                    }
                }
            }

            /// Packets of flows that the replacement took. Others, such as neighbor discovery, come by at any time.
            private func taken() throws -> UInt64 {
                let counted = try ReplacementObject.counters(ofProgram: program)
                #expect(counted["fell_forward"] == 0)
                let sides = TrafficSides(counters: counted)
                return sides.replacement.packets
            }
        }

        /// Connections to a pod from many ports, there and back.
        private func flows(_ node: TestNode, _ count: UInt16, ipv6: Bool) throws -> (there: [[UInt8]], back: [[UInt8]])
        {
            let pod = try node.lab.pod("pod1")
            let (to, from) =
                ipv6
                ? (try #require(pod.ipv6), try #require(IPAddress("fd00::9:7")))
                : (pod.address, try #require(IPAddress("10.9.0.7")))
            let packet = { (source: IPAddress, destination: IPAddress, transport: Transport) in
                try #require(Packet(from: source, to: destination, transport)).bytes
            }
            return (
                try (0..<count).map { try packet(from, to, .tcp(source: 20_000 + $0, destination: 443)) },
                try (0..<count).map { try packet(to, from, .tcp(source: 443, destination: 20_000 + $0)) }
            )
        }

        @Test(arguments: [false, true])
        func `flows are divided, each with both directions, and a growing share moves none back`(
            ipv6: Bool
        ) throws {
            try withNode(pods: 1, ipv6: ipv6) { node in
                // The lab's deployment is IPv4's; the switch is asked for both.
                let plan = try node.plan(.onLink)
                let both = InstallRequest.configurations(plan.document.decision, hooks: plan.hooks).mapValues {
                    var told = $0
                    told.contract.families = AddressFamily.allCases
                    return told
                }
                let run = try node.open(plan, share: FlowShare("5%"), configurations: both)
                let sides = try Sides(node, run)
                let count: UInt16 = 600
                let flows = try flows(node, count, ipv6: ipv6)
                var last = [Bool](repeating: false, count: Int(count))
                for text in ["5%", "20%", "50%", "99.9%", "100%"] {
                    let share = try FlowShare(text)
                    let answer = try node.control(run.runID) { try $0.set(share: share.parts) }
                    #expect(answer.refusal == nil && answer.after.share == share.parts)
                    #expect(answer.after.deadline == answer.before.deadline)
                    let there = try sides.areOnReplacement(flows.there)
                    #expect(there == (try sides.areOnReplacement(flows.back)), "directions of a flow differ at \(text)")
                    let moved = zip(last, there).count { $0 && !$1 }
                    #expect(moved == 0, "\(moved) flows went back at \(text)")
                    let part = Double(there.count(where: \.self)) / Double(count)
                    let wanted = Double(share.parts) / 65_536
                    // Six standard deviations of a fair draw, at most.
                    let spread = 6 * (wanted * (1 - wanted) / Double(count)).squareRoot()
                    #expect(abs(part - wanted) <= spread + 0.001, "\(text): \(part)")
                    print("share \(text), \(ipv6 ? "IPv6" : "IPv4"): \(there.count(where: \.self)) of \(count) flows")
                    last = there
                }
                // Back again, the same flows as before.
                let small = try FlowShare("20%")
                #expect(try node.control(run.runID) { try $0.set(share: small.parts) }.refusal == nil)
                #expect(try node.control(run.runID) { try $0.commit() }.refusal == .partialShare)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `fragments of a datagram go together; what is no flow takes the legacy program`() throws {
            try withNode(pods: 1) { node in
                let run = try node.open(share: FlowShare("50%"))
                let sides = try Sides(node, run)
                let pod = try node.lab.pod("pod1")
                for last in UInt32(1)...40 {
                    let source = IPAddress.v4(0x0a09_0000 + last)
                    let whole = try #require(Packet(from: source, to: pod.address, .udp(source: 7, destination: 9)))
                    let parts = [UInt16(0), 2].map { offset in
                        whole.ipv4 {
                            $0.moreFragments = offset == 0
                            $0.fragmentOffset = offset
                        }.bytes
                    }
                    let taken = try sides.areOnReplacement(parts)
                    #expect(taken[0] == taken[1], "fragments from \(source)")
                }
                // An echo request is no business of this deployment's, and zeros are nobody's.
                let echo = try #require(Packet(from: .v4(0x0a09_0001), to: pod.address, .icmp(type: 8))).bytes
                #expect(try sides.areOnReplacement([echo, [UInt8](repeating: 0, count: 60)]) == [false, false])
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `nothing is lost while the share changes`() throws {
            try withNode(pods: 3) { node in
                let run = try node.open(share: FlowShare("5%"))
                try node.lab.underTraffic("share changes", to: ["pod1", "pod2", "pod3"], rate: 1000) {
                    for text in ["10%", "25%", "50%", "75%", "100%", "30%", "100%"] {
                        let share = try FlowShare(text)
                        #expect(try node.control(run.runID) { try $0.set(share: share.parts) }.refusal == nil)
                        usleep(300_000)
                    }
                    #expect(try node.control(run.runID) { try $0.commit() }.after.state == .committed)
                }
                let counted = try node.counters(run.made.replacements[0])
                #expect(counted["redirected", default: 0] > 0 && counted["legacy_share", default: 0] > 0, "\(counted)")
                #expect(counted["failed"] == 0 && counted["legacy_failed"] == 0 && counted["legacy_miss"] == 0)
                #expect(try node.control(run.runID) { try $0.set(share: 5) }.refusal == .notOpen)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `a share keeps the deadline, and is refused past it`() throws {
            try withNode(pods: 1) { node in
                let run = try node.open(window: 2, share: FlowShare("5%"))
                for parts in [UInt32(9_000), 20_000, 65_536] {
                    #expect(try node.control(run.runID) { try $0.set(share: parts) }.refusal == nil)
                }
                #expect(try node.control(run.runID) { try $0.set(share: 65_537) }.refusal == .malformed)
                #expect(try #require(try node.cell(run.runID).remainingMilliseconds) <= 2_000)
                // With nobody asking: the timer is the one that was armed.
                try node.waitForExpiry(run.runID)
                #expect(try node.control(run.runID) { try $0.set(share: 100) }.refusal == .expired)
                #expect(try node.rollback(run.runID).reason == .deadline)
            }
        }
    }
}
