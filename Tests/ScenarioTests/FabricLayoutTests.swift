import Inventory
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Profiles that read the maps wrongly: told as such, or harmless; never a redirect to somebody else.
    @Suite struct FabricLayouts {
        private func profile(_ change: (inout Profile.LegacyMap) -> Void) throws -> Profile {
            var profile = try TestNode.profile(.fabric)
            change(&profile.maps[0])
            return profile
        }

        @Test(arguments: Membership.allCases) func `an address of the wrong byte order is nobody's here`(
            _ membership: Membership
        ) throws {
            try withNode(.fabric, ipv6: true) { node in
                let plan = try node.plan(membership, profile: profile { $0.key.byteOrder = .network })
                #expect(plan.blocked == [Code.addressesNotHere.text])
                #expect(
                    plan.blocker(.addressesNotHere)?.message
                        == "none of the 2 addresses of fabric/endpoints4 is on this node, first 11.0.9.10")
                // The other map is read as before.
                #expect(try plan.judged(try #require(node.pod1.ipv6)) == "match/same")
            }
        }

        @Test func `two bytes of the interface are enough, where they are the low ones`() throws {
            try withNode(.fabric, ipv6: true) { node in
                let plan = try node.plan(profile: profile { $0.value.ifindexWidth = 2 })
                #expect(plan.blocked == [] && plan.findings.allSatisfy { $0.verdict == .match })
            }
        }

        /// The wrong half, the uplink, the source MAC: the FIB knows better, and packets arrive.
        @Test(arguments: [
            ("ifindex_offset 6", Verdict.staleInterface), ("ifindex_offset 0", .interfaceMismatch),
            ("destination_mac_offset 16", .macMismatch),
        ])
        func `a value read at the wrong place blocks, and nobody would be redirected wrongly`(
            place: String, verdict: Verdict
        ) throws {
            try withNode(.fabric, ipv6: true) { node in
                let plan = try node.plan(
                    profile: profile { map in
                        switch place {
                        case "ifindex_offset 6": map.value.ifindexOffset = 6; map.value.ifindexWidth = 2
                        case "ifindex_offset 0": map.value.ifindexOffset = 0
                        default: map.value.destinationMACOffset = 16
                        }
                    })
                #expect(plan.blocked == [Code.mapDeliversNothing.text])
                #expect(try plan.judged(node.pod1.address) == "\(verdict.rawValue)/healed")
                #expect(
                    plan.blocker(.mapDeliversNothing)?.message
                        == "fabric/endpoints4 delivers to none of its 2 destinations today, as the profile reads it")
                // The verb refuses; the installer, which is not asked here, shows that it is the profile alone that is wrong.
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1", "pod2"], ipv6: true).isClean)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `keys with more than an address: on-link, or not at all`() throws {
            try withNode(.fabric, ipv6: true) { node in
                let entry = try node.entry(of: "pod1")
                try node.sh(
                    """
                    bpftool map update pinned /sys/fs/bpf/fabric/endpoints4 key hex 07 00 00 00 \
                        $(printf '%02x %02x %02x %02x' 0x32 0x00 0x09 0x0a) \
                        value hex $(printf '00 %.0s' $(seq 28))
                    """)
                let plan = try node.plan()
                #expect(plan.blocked == [Code.keyRemainder.text])
                #expect(
                    plan.blocker(.keyRemainder)?.message
                        == "1 key holds more than an address; fabric/endpoints4: 10.9.0.50 has key 070000003200090a")
                #expect(try node.plan(.onLink).blocked == [])
                #expect(entry.address == (try node.pod1.address))
            }
        }

        /// What no program reads is not asked for keys; its entries are judged like the others.
        @Test func `a second map of a family that nobody reads`() throws {
            try withNode(.fabric, ipv6: true) { node in
                try node.sh(
                    """
                    bpftool map create /sys/fs/bpf/fabric/more type lru_hash key 4 value 12 entries 8 name more
                    bpftool map update pinned /sys/fs/bpf/fabric/more key \(node.pod1.address.networkBytes.words) \
                        value \(node.pod1.ifindex) 0 0 0 \(node.pod1.mac.bytes.words) 0 0
                    """)
                let plan = try node.plan(profile: try withMap("fabric/more", key: 4, offset: 0))
                #expect(plan.blocked == [])
                #expect(try plan.judged(node.pod1.address) == "match/same")
                #expect(plan.document.decision.maps.map { $0.keys?.readers.count } == [1, 1, 0])
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1", "pod2"], ipv6: true).isClean)
                try node.rollback(run.runID)
            }
        }

        @Test func `a trie's single addresses are judged, its networks refused`() throws {
            try withNode(.fabric, ipv6: true) { node in
                let value = try "\(node.pod1.ifindex) 0 0 0 \(node.pod1.mac.bytes.words) 0 0"
                try node.sh(
                    """
                    bpftool map create /sys/fs/bpf/fabric/trie type lpm_trie key 8 value 12 entries 8 name trie flags 1
                    bpftool map update pinned /sys/fs/bpf/fabric/trie \
                        key 32 0 0 0 \(node.pod1.address.networkBytes.words) value \(value)
                    """)
                let profile = try withMap("fabric/trie", key: 8, offset: 4)
                let plan = try node.plan(.onLink, profile: profile)
                #expect(plan.blocked == [])
                #expect(plan.snapshot.maps.contains { $0.typeName == "lpm_trie" && $0.entries == 1 })
                try node.sh("bpftool map update pinned /sys/fs/bpf/fabric/trie key 24 0 0 0 10 9 0 0 value \(value)")
                let refused = try node.plan(.onLink, profile: profile)
                #expect(refused.blocked.contains(Code.networkPrefixes.text))
                #expect(
                    refused.blocker(.networkPrefixes)?.message
                        == "1 entry stands for a network; fabric/trie: 10.9.0.0 has 24 of 32 bits")
            }
        }

        /// The fabric's maps and one more.
        private func withMap(_ pin: String, key: UInt32, offset: UInt32) throws -> Profile {
            var profile = try TestNode.profile(.fabric)
            var map = try #require(try TestNode.profile().maps.first)
            map.pin = pin
            map.key.size = key
            map.key.offset = offset
            profile.maps.append(map)
            return profile
        }
    }
}

extension [UInt8] {
    /// As bpftool takes them: decimal, with spaces.
    fileprivate var words: String { map(String.init).joined(separator: " ") }
}
