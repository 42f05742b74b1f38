import CLibbpf
import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Legacy programs that do more than their profile says.
    @Suite struct HiddenPolicies {
        /// Drops, unless (or if) two or four bytes of the packet have this value.
        private static let policies: [(String, [bpf_insn])] = [
            // All IPv4 that is not from 10.9.0.2, as the program loads it.
            (
                "by_source",
                Assembly.loadHalf(5, from: 7, 12) + Assembly.skipUnless(5, is: 8, 4) + Assembly.loadWord(5, from: 7, 26)
                    + Assembly.skip(5, is: 0x0200_090a, 2) + drop
            ),
            ("by_address", Assembly.loadWord(5, from: 7, 26) + Assembly.skipUnless(5, is: 0x0807_2c0a, 2) + drop),
            // TCP's or UDP's port 6379.
            ("by_port", Assembly.loadHalf(5, from: 7, 36) + Assembly.skipUnless(5, is: 0xeb18, 2) + drop),
            ("by_mark", Assembly.loadWord(5, from: 6, 8) + Assembly.skipUnless(5, is: 0x7a11, 2) + drop),
        ]
        private static let drop = Assembly.set(0, 2) + Assembly.exit

        @Test(arguments: 0..<4) func `a policy inside the legacy program is found`(_ number: Int) throws {
            let (name, instructions) = Self.policies[number]
            try withNode { node in
                try node.wrapLegacy(name, instructions)
                let plan = try node.plan(.onLink, equivalence: true)
                let found = plan.document.equivalence
                #expect(found.ran, "\(found.refused ?? [])")
                #expect(plan.blocked.contains(Code.equivalenceDiffers.text), "\(name): \(found.cases)")
                #expect(
                    found.differences.contains {
                        $0.role == .entry && $0.legacy.verdict == .shot && $0.replacement.verdict == .redirect
                    }, "\(name)")
            }
        }

        /// A wrapper that adds nothing is treated as the program that it wraps.
        @Test func `a program in front that does nothing makes no difference`() throws {
            try withNode { node in
                try node.wrapLegacy("nothing", [])
                let found = try node.plan(.onLink, equivalence: true).document.equivalence
                #expect(found.ran && found.differencesTotal == 0, "\(found.differences.first as Any)")
            }
        }

        /// A test run does not show a tag that the device would write: a frame does, and needs no resolved neighbor.
        @Test func `a tag that is pushed shows in real frames, on a node that resolved nobody`() throws {
            try withNode { node in
                try node.sh("ip neigh flush all")
                let plain = try node.plan(.onLink, equivalence: true).document.equivalence
                #expect(plain.differencesTotal == 0 && plain.framesByRole?["entry"] ?? 0 > 20, "\(plain)")
                // bpf_skb_vlan_push of 802.1Q, in network order, and 7.
                let push =
                    Assembly.copy(1, from: 6) + Assembly.set(2, 0x81) + Assembly.set(3, 7) + Assembly.call(18)
                try node.wrapLegacy("tags", push)
                let plan = try node.plan(.onLink, equivalence: true)
                let found = plan.document.equivalence
                #expect(found.ran && plan.blocked.contains(Code.equivalenceDiffers.text), "\(found)")
                #expect(found.differences.contains { $0.role == .entry && $0.legacy.devices != nil })
            }
        }

        /// One packet of 256 goes another way, as when an agent changes its map between the two runs.
        @Test func `what differs once in a while is run once more`() throws {
            try withNode { node in
                // bpf_get_prandom_u32.
                let sometimes =
                    Assembly.call(7) + Assembly.and(0, 255) + Assembly.skipUnless(0, is: 0, 2) + Self.drop
                try node.wrapLegacy("sometimes", sometimes)
                let found = try node.plan(.onLink, equivalence: true).document.equivalence
                // Without, about one of 256: more than ten.
                let total = found.differencesTotal ?? 0
                #expect(found.ran && found.cases > 3_000 && total < 4, "\(total) of \(found.cases)")
            }
        }
    }
}
