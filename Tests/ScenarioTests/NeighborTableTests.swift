import Kernel
import Lab
import Model
import TestSupport
import Testing

@testable import Inventory

extension ScenarioSuite {
    /// With the machine's own limits, wherever they can be read: a map that would fill the table twice over.
    @Suite struct NeighborTables {
        /// As many destinations as no table of that size has room for, twice.
        private func destinations(_ node: TestNode) throws -> [IPAddress] {
            let survey = try node.lab.enter {
                try SnapshotReader(
                    bpffs: try BPFFileSystem(path: TestNode.bpffs), profile: try TestNode.profile(), netnsPath: nil
                ).read()
            }
            // The lab resolves its pods when it is built.
            #expect(survey.neighborUse.counted[.ipv4, default: 0] >= 3)
            guard let limit = survey.neighborUse.limits[.ipv4] else {
                try Test.cancel("no namespace with the sysctl gc_thresh3 can be entered here")
            }
            guard limit <= 1900 else { try Test.cancel("gc_thresh3 is \(limit), and the map holds 1,024") }
            return (0..<UInt32(limit / 2 + 1)).map { .v4(0x0a58_0000 + $0) }
        }

        private func route(_ addresses: [IPAddress], _ node: TestNode, to pod: String) throws {
            let lines = addresses.map { "route add \($0) dev \(pod) scope link" }.joined(separator: "\n")
            try node.sh("ip -batch - <<'END'\n\(lines)\nEND")
        }

        @Test func `stale keys take no neighbor, destinations that are redirected do`() throws {
            try withNode { node in
                let addresses = try destinations(node)
                for address in addresses {
                    try node.lab.setEntry(
                        LabMapEntry(address: address, ifindex: 9999, mac: MACAddress(value: 0x0200_0000_0001)))
                }
                let stale = try node.plan()
                #expect(stale.document.effects["gone"] == addresses.count)
                #expect(stale.blocked == [], "\(stale.document.blockers)")
                // Nobody there has these addresses, but each packet to one makes a neighbor that fails.
                try route(addresses, node, to: "pod1")
                let plan = try node.plan()
                #expect(plan.blocked == [Code.neighborTable.text])
                let blocker = try #require(plan.blocker(.neighborTable))
                #expect(blocker.message.hasPrefix("2 × \(addresses.count + 2) pods + "))
                #expect(blocker.remedy.contains("sysctl -w net.ipv4.neigh.default.gc_thresh3="))
            }
        }

        @Test func `under on-link widened destinations count, under legacy-keys they do not`() throws {
            try withNode { node in
                try route(try destinations(node), node, to: "pod1")
                #expect(try node.plan(.legacyKeys).blocked == [])
                let plan = try node.plan(.onLink)
                #expect(plan.blocked == [Code.neighborTable.text])
                #expect(plan.blocker(.neighborTable)?.message.contains(" widened)") == true)
            }
        }
    }
}
