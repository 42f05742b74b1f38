import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Redirects of an open run that do not go where the plan says: what is a failure of those, and what is none.
    @Suite struct Strays {
        private func counted(_ node: TestNode, _ run: OpenRun) throws -> [String: UInt64] {
            try node.counters(try #require(run.made.replacements.first))
        }

        @Test func `a wrong device trips the breaker, whatever the membership`() throws {
            for membership in [Membership.onLink, .legacyKeys, .enrolled] {
                try withNode(pods: 2) { node in
                    let run = try node.open(try node.plan(membership))
                    let (pod, wrong) = try (node.lab.pod("pod1"), node.lab.pod("pod2"))
                    #expect(try node.burst(["pod1", "pod2"], rate: 300).lost == 0)
                    #expect(try counted(node, run)["misdirected"] == 0)
                    let route = try node.sh("ip route show \(pod.address)").split(separator: "\n").first ?? ""
                    try node.sh("ip route replace \(pod.address) dev \(wrong.interface) scope link")
                    _ = try node.burst(["pod1"], rate: 500)
                    let counted = try counted(node, run)
                    #expect(try node.cell(run.runID).word.state == .breaker)
                    #expect((20..<60).contains(counted["misdirected", default: 0]), "\(counted)")
                    #expect(counted["failed"] == counted["misdirected"] && counted["widened"] == 0, "\(counted)")
                    try node.sh("ip route replace \(route)")
                    #expect(try node.rollback(run.runID).reason == .breaker)
                }
            }
        }

        @Test func `a pod that moved is no failure: the planned device is gone`() throws {
            try withNode(pods: 2) { node in
                let run = try node.open(try node.plan(.onLink))
                let before = try node.lab.pod("pod1").ifindex
                try node.lab.move("pod1")
                #expect(try node.lab.pod("pod1").ifindex != before)
                #expect(try node.burst(["pod1"]).lost == 0)
                let counted = try counted(node, run)
                #expect(counted["redirected", default: 0] > 100, "\(counted)")
                #expect(counted["failed"] == 0 && counted["misdirected"] == 0, "\(counted)")
                #expect(try node.cell(run.runID).word.state == .open)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `what the legacy map names by now is no wrong device`() throws {
            try withNode(pods: 2) { node in
                let run = try node.open(try node.plan(.onLink))
                let (pod, other) = try (node.lab.pod("pod1"), node.lab.pod("pod2"))
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" }).id
                func words(_ address: IPAddress) -> String {
                    address.networkBytes.map { "\($0)" }.joined(separator: " ")
                }
                // The agent says that the address is behind the other pod's device, and so do the routes.
                try node.sh(
                    """
                    value=$(bpftool -j map lookup id \(map) key \(words(other.address)) | jq -r '.value | join(" ")')
                    bpftool map update id \(map) key \(words(pod.address)) value hex $(echo $value | sed 's/0x//g')
                    """)
                let route = try node.sh("ip route show \(pod.address)").split(separator: "\n").first ?? ""
                try node.sh("ip route replace \(pod.address) dev \(other.interface) scope link")
                #expect(try node.burst(["pod1"]).lost > 100)
                let counted = try counted(node, run)
                #expect(counted["failed"] == 0 && counted["misdirected"] == 0, "\(counted)")
                try node.sh("ip route replace \(route)")
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test(arguments: [Membership.onLink, .enrolled]) func `what is widened is counted, and no failure by itself`(
            membership: Membership
        ) throws {
            try withNode(pods: 2) { node in
                // An address more on a planned device: the set has the device, the map does not have the address.
                let pod = try node.lab.pod("pod1")
                let more = try #require(IPAddress("10.9.0.77"))
                let run = try node.open(try node.plan(membership))
                let hook = try #require(run.plan.hooks.first).ifindex
                try node.sh("ip route add \(more) dev \(pod.interface) scope link")
                try node.lab.enter {
                    let program = try BPFProgram(id: try #require(run.made.replacements.first).id)
                    let packet = try #require(
                        Packet(from: .v4(0x0a09_0007), to: more, .udp(source: 7, destination: 9)))
                    _ = try TestRun.tc(program.descriptor, packet: packet.bytes, ifindex: hook, repeats: 500)
                }
                let counted = try counted(node, run)
                #expect(counted["widened"] == 500 && counted["redirected"] == 500, "\(counted)")
                #expect(counted["outsider"] == 0 && counted["failed"] == 0, "\(counted)")
                #expect(try node.cell(run.runID).word.state == .open)
                try node.sh("ip route del \(more)")
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }
    }
}
