import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// The live legacy program and the replacement on the same packets.
    @Suite struct Equivalence {
        @Test(arguments: Membership.allCases)
        func `thousands of packets, and no difference that is not listed`(_ membership: Membership) throws {
            try withNode(faults: true) { node in
                try node.lab.mend()
                let plain = try node.plan(membership)
                let plan = try node.plan(membership, equivalence: true)
                let found = plan.document.equivalence
                #expect(found.ran && found.cases > 5_000, "\(found.cases), \(found.refused ?? [])")
                #expect(found.differences == [] && found.differencesTotal == 0, "\(found.differences.first as Any)")
                #expect(found.unflipped ?? 0 > 100, "through the switch before it flips")
                #expect(found.byDesign?["destination-mac", default: 0] ?? 0 > 100)
                #expect(found.byEffect?["healed", default: 0] ?? 0 > 0, "\(found.byEffect ?? [:])")
                // Newer kernels take no frame whose IP header is cut off in a test run.
                #expect(found.frames ?? 0 > 100 && found.framesRefused == nil, "\(found.framesRefused ?? [])")
                #expect(found.byDesign?["source-mac", default: 0] ?? 0 > 0, "real frames show it")
                #expect(found.changedMaps == nil && found.skipped ?? 0 < found.cases / 2)
                #expect(plan.document.planID == plain.document.planID, "what was found out is no decision")
                #expect(plan.warning(.equivalenceNotRun) == nil && plain.warning(.equivalenceNotRun) != nil)
                #expect(plan.blocked == plain.blocked)
                #expect((found.byDesign?["widened"] != nil) == (membership == .onLink))
            }
        }

        @Test(arguments: Membership.allCases)
        func `both families, every protocol, both MACs`(_ membership: Membership) throws {
            try withNode(.fabric, ipv6: true) { node in
                let found = try node.plan(membership, equivalence: true).document.equivalence
                #expect(found.ran && found.cases > 5_000, "\(found.cases), \(found.refused ?? [])")
                #expect(found.differencesTotal == 0, "\(found.differences.first as Any)")
                for reason in [
                    DesignedDifference.sourceMAC, .neighborDiscovery, .boundedHeaders, .groupBit, .sameDevice,
                ] {
                    #expect(found.byDesign?[reason.rawValue, default: 0] ?? 0 > 0, "\(reason)")
                }
            }
        }

        @Test(arguments: [LabFamily.ambient, .fabric]) func `--egress mac`(_ family: LabFamily) throws {
            try withNode(family, ipv6: family == .fabric) { node in
                let found = try node.plan(.onLink, egress: .mac, equivalence: true).document.equivalence
                #expect(found.ran && found.differencesTotal == 0, "\(found.differences.first as Any)")
            }
        }

        @Test func `--egress peer, where nothing on the veths' host side is skipped`() throws {
            try withNode(.fabric, ipv6: true) { node in
                let found = try node.plan(.onLink, egress: .peer, equivalence: true).document.equivalence
                #expect(found.ran && found.differencesTotal == 0, "\(found.differences.first as Any)")
                #expect(found.byDesign?["crossing", default: 0] ?? 0 > 100, "the fabric marks, and the veth clears")
                #expect(found.frames ?? 0 > 50 && found.framesRefused == nil, "\(found.framesRefused ?? [])")
            }
        }

        /// Every one of them would reach the pods, or most of them, and is wrong all the same.
        private static let wrong:
            [(String, LabFamily, Membership, Comparison.Aspect, @Sendable (inout RedirectConfiguration) -> Void)] = [
                ("control block", .ambient, .onLink, .controlBlock, { $0.contract.controlBlock?.value = 0xc001_f00e }),
                (
                    "word of the control block", .ambient, .onLink, .controlBlock,
                    { $0.contract.controlBlock?.index = 3 }
                ),
                ("no control block", .ambient, .legacyKeys, .controlBlock, { $0.contract.controlBlock = nil }),
                ("a mark too many", .ambient, .onLink, .mark, { $0.contract.mark = 1 }),
                ("mark", .fabric, .onLink, .mark, { $0.contract.mark = 0x201 }),
                ("miss", .ambient, .onLink, .verdict, { $0.contract.onMiss = .next }),
                ("family", .fabric, .onLink, .verdict, { $0.contract.families = [.ipv4] }),
                ("protocol", .ambient, .onLink, .verdict, { $0.contract.protocols = [.tcp] }),
                ("protocols", .ambient, .onLink, .verdict, { $0.contract.protocols = [.any] }),
                ("spelling of keys", .ambient, .legacyKeys, .verdict, { $0.keys[0].layout.byteOrder = .host }),
            ]

        @Test(arguments: 0..<10) func `a replacement that is wrong is caught`(_ number: Int) throws {
            let (what, family, membership, aspect, distort) = Self.wrong[number]
            try withNode(family, ipv6: family == .fabric) { node in
                let plan = try node.plan(
                    membership, equivalence: true,
                    underTest: {
                        var copy = $0
                        distort(&copy)
                        return copy
                    })
                let found = plan.document.equivalence
                #expect(found.ran && found.differencesTotal ?? 0 > 10, "\(what): \(found.differencesTotal ?? 0)")
                #expect(
                    found.differences.contains { $0.aspects.contains(aspect) && $0.role == .entry || what == "miss" })
                #expect(plan.blocked.contains(Code.equivalenceDiffers.text), "\(what)")
            }
        }

        @Test func `a pod whose device is denied by mistake is caught, and no other`() throws {
            try withNode { node in
                let ifindex = try node.pod1.ifindex
                let found = try node.plan(
                    .onLink, equivalence: true,
                    underTest: {
                        var copy = $0
                        copy.denied.append(ifindex)
                        return copy
                    }
                ).document.equivalence
                #expect(found.ran && found.differencesTotal ?? 0 > 10)
                #expect(Set(found.differences.map(\.destination)) == [try node.pod1.address])
                let first = try #require(found.differences.first)
                #expect(first.legacy.verdict == .redirect && first.replacement.verdict == .ok)
                #expect(first.packet.contains("> \(try node.pod1.address) "))
            }
        }

        /// That an entry is stale explains that it is not redirected any more, or by another MAC; never a wrong mark.
        @Test func `a stale entry hides nothing`() throws {
            try withNode(pods: 1, faults: true) { node in
                try node.lab.mend()
                let stale = try node.lab.pod("stale").address
                let good = try node.plan(.onLink, equivalence: true)
                #expect(try good.finding(stale).effect == .healed)
                #expect(good.document.equivalence.differencesTotal == 0)
                let wrong = try node.plan(
                    .onLink, equivalence: true,
                    underTest: {
                        var copy = $0
                        copy.contract.controlBlock?.value = 1
                        return copy
                    })
                #expect(wrong.document.equivalence.differences.contains { $0.destination == stale })
            }
        }

        @Test func `an entry that nobody holds any more is explained`() throws {
            try withNode { node in
                var entry = try node.entry(of: "pod1")
                entry.address = .v4(0x0a09_6363)
                try node.lab.setEntry(entry)
                let plan = try node.plan(.onLink, equivalence: true)
                #expect(try plan.finding(entry.address).effect == .gone)
                let found = plan.document.equivalence
                #expect(found.ran && found.differencesTotal == 0, "\(found.differences.first as Any)")
                #expect(found.byEffect?["gone", default: 0] ?? 0 > 10)
            }
        }

        /// Reading is reading: neither maps nor neighbors nor filters are touched.
        @Test func `the node is as it was`() throws {
            try withNode { node in
                func state() throws -> String {
                    try node.filters("hz") + node.sh("ip neigh | sort; ip route; ip rule")
                        + node.lab.entries().map { "\($0)" }.sorted().joined()
                }
                let before = try state()
                _ = try node.plan(.legacyKeys, equivalence: true)
                #expect(try state() == before)
            }
        }

        @Test func `a program with side effects is not run, and the helper is named`() throws {
            try withNode { node in
                let pin = try node.impureReader()
                try node.overwrite(with: pin)
                let plan = try node.plan(.legacyKeys, equivalence: true)
                let found = plan.document.equivalence
                #expect(!found.ran && found.cases == 0)
                let warning = try #require(plan.warning(.equivalenceRefused))
                #expect(warning.message.contains("calls bpf_clone_redirect"), "\(warning.message)")
                #expect(found.refused?.count == 1)
            }
        }

        /// Two pods among twenty thousand addresses of nobody's.
        @Test func `of a large map those that packets reach are tested first`() throws {
            try withNode { node in
                let pods = [try node.entry(of: "pod1"), try node.entry(of: "pod2")]
                try node.replaceMap(size: 20_000) { number in
                    let pod = pods[number % 2]
                    let address = number < 2 ? pod.address : .v4(0x0b00_0000 + UInt32(number))
                    let ifindex = withUnsafeBytes(of: pod.ifindex.littleEndian) { Array($0) }
                    return (address.networkBytes, ifindex + pod.mac.bytes + [0, 0])
                }
                let found = try node.plan(.legacyKeys, equivalence: true).document.equivalence
                #expect(found.ran && found.entries == 4_096 && found.cases > 60_000, "\(found.cases)")
                #expect(found.differencesTotal == 0, "\(found.differences.first as Any)")
                let wrong = try node.plan(
                    .legacyKeys, equivalence: true,
                    underTest: {
                        var copy = $0
                        copy.contract.controlBlock?.value = 7
                        return copy
                    }
                ).document.equivalence
                let addresses = Set(pods.map(\.address))
                #expect(addresses.isSubset(of: wrong.differences.map(\.destination)))
            }
        }

        /// A test run does not tell by which MAC the neighbor subsystem sends: a frame does.
        @Test func `a neighbor with another MAC than the map shows in real frames only`() throws {
            try withNode { node in
                let wrong = try #require(MACAddress("02:00:00:00:00:99"))
                let pod = try node.pod1
                try node.sh("ip neigh replace \(pod.address) lladdr \(wrong) dev pod1 nud stale")
                let plan = try node.plan(.onLink, equivalence: true)
                #expect(try plan.judged(pod.address) == "neighbor-differs/same")
                let found = plan.document.equivalence
                #expect(found.ran && Set(found.differences.map(\.destination)) == [pod.address])
                let first = try #require(found.differences.first)
                #expect(first.aspects.contains(.destinationMAC) && first.legacy.devices == [pod.ifindex])
                #expect(first.replacement.frame.hasPrefix(wrong.bytes.hex))
                #expect(first.legacy.frame.hasPrefix(pod.mac.bytes.hex))
            }
        }

        @Test func `the same plan is tested with the same packets`() throws {
            try withNode { node in
                let first = try node.plan(.onLink, equivalence: true).document.equivalence
                let second = try node.plan(.onLink, equivalence: true).document.equivalence
                #expect(first == second && first.seed != nil)
            }
        }
    }
}
