import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// `explain` on topologies that are no plain node.
    @Suite struct Explanations {
        private func explain(_ address: IPAddress, on node: TestNode) throws -> ExplanationDocument {
            let profile = try TestNode.profile(node.lab.state.options.family)
            return try node.lab.enter {
                let options = PlanOptions(
                    bpffs: try BPFFileSystem(path: TestNode.bpffs), netnsPath: nil, profile: profile, membership: nil,
                    egress: .neigh, acceptUnknown: false, allEntries: false, privateBPFFS: true, toolVersion: "test")
                return try Explainer(options, address: address, runs: []).explain()
            }
        }

        @Test func `an entry is explained where its interface index means something`() throws {
            try withNode { node in
                try Tenants.add(to: node)
                let theirs = try explain(try #require(IPAddress(Tenants.pod)), on: node)
                #expect(theirs.verdict == .unresolvedNeighbor && theirs.effect == .same)
                #expect(theirs.places.map(\.legacy?.interface) == ["podt"])
                #expect(theirs.places.flatMap(\.hooks).map(\.interface) == ["hzt"])
                #expect(theirs.places[0].hooks[0].netns.path == "/run/netns/tenant")
                #expect(
                    theirs.maps[0].readBy.sorted() == ["hz clsact/ingress", "hzt clsact/ingress in /run/netns/tenant"])
                let ours = try explain(try node.pod1.address, on: node)
                #expect(ours.places.flatMap(\.hooks).map(\.interface) == ["hz"] && ours.verdict == .match)
                // What no map holds is asked for in both.
                let nobodys = try explain(try #require(IPAddress("203.0.113.9")), on: node)
                #expect(Set(nobodys.places.flatMap(\.hooks).map(\.interface)) == ["hz", "hzt"])
                #expect(nobodys.places.count == 2, "the tenant has no way out")
                try Tenants.remove(from: node)
            }
        }

        @Test func `a pod behind a bridge: the device is the bridge, and nothing is redirected to it`() throws {
            try withNode { node in
                try node.sh(
                    """
                    ip link add br9 type bridge; ip link set br9 up
                    ip route replace \(node.pod1.address)/32 dev br9
                    """)
                let document = try explain(try node.pod1.address, on: node)
                #expect(document.verdict == .unsupportedDevice && document.effect == .broken)
                #expect(document.places[0].kernel.device?.kind == "bridge")
                let onLink = try #require(document.places[0].programs.first { $0.membership == .onLink })
                #expect(onLink.fate == .stack && onLink.why == "br9 is a bridge, hz is a veth")
                #expect(document.reason.contains("br9"))
            }
        }

        @Test func `a multipath route shows its next hops, a neighbor that failed its state`() throws {
            try withNode { node in
                try node.sh(
                    """
                    ip route replace \(node.pod1.address)/32 nexthop dev pod1 nexthop dev pod2
                    ip neigh replace \(node.pod2.address) dev pod2 nud failed
                    """)
                let several = try explain(try node.pod1.address, on: node)
                #expect(several.verdict == .dependsOnPacket)
                #expect(several.places[0].kernel.route?.nextHops == ["dev pod1", "dev pod2"])
                let failed = try explain(try node.pod2.address, on: node)
                #expect(failed.verdict == .neighborFailed && failed.places[0].kernel.neighbor?.state == "failed")
            }
        }
    }
}
