import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// What is wrong with the map, with the routes or with the replacement shows in live packets.
    @Suite(.requires(.tcx)) struct ShadowDifferences {
        /// What is there of each kind but agreement.
        private func kinds(_ destination: ShadowDestination?) -> [ShadowComparison] {
            ShadowComparison.differences.filter { (destination?.packets[$0] ?? 0) > 0 }
        }

        @Test func `each fault of a map shows as what it is`() throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan(.onLink)
                let names = ["pod1", "stale", "wrong-mac", "idle", "broken", "plain"]
                let result = try node.shadowedBurst(plan, to: names, isClean: false)
                func found(_ name: String) throws -> ShadowDestination? { try result[node.lab.pod(name).address] }
                #expect(try kinds(found("pod1")) == [] && kinds(found("idle")) == [])
                #expect(try kinds(found("stale")) == [.deviceDiffers])
                #expect(try kinds(found("wrong-mac")) == [.macDiffers])
                #expect(try kinds(found("broken")) == [.fibMisses])
                #expect(try kinds(found("plain")) == [.mapMisses])

                let views = try #require(found("wrong-mac")?.views)
                let pod = try node.lab.pod("wrong-mac")
                #expect(views.kernel.mac == pod.mac && views.kernel.interface == pod.interface)
                #expect(views.legacy?.interface == pod.interface && views.legacy?.mac != pod.mac)
                #expect(try found("stale")?.views?.legacy?.interface == nil, "that interface is gone")
                #expect(try found("plain")?.views?.legacy == nil)
                #expect(try found("broken")?.views?.kernel.outcome == "gateway")

                let noted = PlannedWords(plan.document)
                #expect(try found("plain").map(noted.noted)?.note == "planned: widened")
                #expect(try found("stale").map(noted.noted)?.note?.hasPrefix("planned: stale-interface") == true)

                // The first packets of each kind, and no more than a few of each.
                #expect(Set(result.packets.map(\.comparison)) == Set(ShadowComparison.differences))
                #expect(result.packets.count <= 4 * 2 * 64)
                for packet in result.packets {
                    #expect(packet.packet.contains("> \(packet.address) udp"), "\(packet.packet)")
                }
            }
        }

        @Test func `a missing route is a FIB miss, and an entry that went a map miss`() throws {
            try withNode { node in
                let plan = try node.plan(.onLink)
                let (first, second) = try (node.lab.pod("pod1"), node.lab.pod("pod2"))
                let result = try node.shadowed(plan) { _ in
                    try node.sh("ip route del \(first.address)/32")
                    let map = try #require(node.lab.state.maps.first { $0.name == "app_info" }).id
                    let key = second.address.networkBytes.map { "\($0)" }.joined(separator: " ")
                    try node.sh("bpftool map delete id \(map) key \(key)")
                    _ = try node.burst(["pod1", "pod2"])
                    try node.sh("ip route add \(first.address)/32 dev \(first.interface) scope link")
                }
                #expect(kinds(result[first.address]) == [.fibMisses])
                #expect(kinds(result[second.address]) == [.mapMisses])
            }
        }

        @Test func `a wrong replacement is caught: it denies the pod's interface`() throws {
            try withNode { node in
                let plan = try node.plan(.onLink)
                let pod = try node.lab.pod("pod2")
                let result = try node.shadowedBurst(plan, to: ["pod1", "pod2"]) { $0.denied.append(pod.ifindex) }
                #expect(try kinds(result[node.lab.pod("pod1").address]) == [])
                #expect(kinds(result[pod.address]) == [.fibMisses])
                #expect(result[pod.address]?.views?.kernel.outcome == "device_denied")
            }
        }

        @Test func `a wrong replacement is caught: its membership is another`() throws {
            try withNode { node in
                let plan = try node.plan(.legacyKeys)
                let plain = try node.lab.pod("plain").address
                #expect(try node.shadowedBurst(plan, to: ["pod1", "plain"]).totals.bothMiss > 0)
                let result = try node.shadowedBurst(plan, to: ["pod1", "plain"]) { $0.membership = .onLink }
                #expect(result.totals.compared.differing == result.totals.compared.mapMisses)
                #expect(kinds(result[plain]) == [.mapMisses] && result.totals.bothMiss == 0)
            }
        }

        @Test func `a wrong replacement is caught: it asks without the rules, and gets another device`() throws {
            try withNode { node in
                let (first, second) = try (node.lab.pod("pod1"), node.lab.pod("pod2"))
                try node.sh(
                    """
                    ip route add \(first.address)/32 dev \(first.interface) scope link table 100
                    ip route replace \(first.address)/32 dev \(second.interface) scope link
                    ip rule add prio 100 to \(first.address) lookup 100
                    """)
                let plan = try node.plan(.onLink)
                #expect(plan.blocked == [])
                #expect(try node.shadowedBurst(plan, to: ["pod1"]).totals.compared.differing == 0)
                // BPF_FIB_LOOKUP_DIRECT: the main table alone.
                let result = try node.shadowedBurst(plan, to: ["pod1"]) { $0.fibFlags |= 1 }
                #expect(kinds(result[first.address]) == [.deviceDiffers])
                #expect(result[first.address]?.views?.kernel.interface == second.interface)
            }
        }

        /// Of the first line: the number behind `dropped`.
        private static func count(in lines: [String]) -> UInt64 {
            let words = lines.first?.split(separator: " ") ?? []
            return words.firstIndex(of: "dropped").flatMap { UInt64(words[$0 + 1]) } ?? 0
        }

        @Test func `a legacy program that drops what its map delivers is told of`() throws {
            try withNode { node in
                // TC_ACT_SHOT.
                try node.wrapLegacy("dropper", Assembly.set(0, 2) + Assembly.exit)
                let plan = try node.plan(.onLink)
                var lost: UInt64 = 0
                _ = try node.shadowed(plan) { shadows in
                    // It drops what the proxy says of its own accord as well, maybe already.
                    let before = Self.count(in: try shadows.dropped().certain)
                    lost = try node.burst(["pod1"]).lost
                    let dropped = try shadows.dropped()
                    #expect(dropped.certain.count == 1 && dropped.possible == [])
                    let count = Self.count(in: dropped.certain) - before
                    #expect((lost...lost + 20).contains(count), "\(dropped), \(before) of them before")
                }
                #expect(lost > 100)
            }
        }

        @Test func `a neighbor that is not resolved is no disagreement, and the shadow resolves none`() throws {
            try withNode { node in
                let plan = try node.plan(.onLink)
                try node.lab.forget("pod1")
                let pod = try node.lab.pod("pod1")
                let result = try node.shadowedBurst(plan, to: ["pod1"])
                #expect(result.totals.compared.unresolved == result.totals.eligible)
                #expect(try node.sh("ip neigh show \(pod.address)") == "")
            }
        }
    }
}
