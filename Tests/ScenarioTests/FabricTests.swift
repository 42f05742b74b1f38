import Glibc
import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// The second family, by the profile that the documentation shows: two maps of unlike layouts, a program on
    /// every pod's interface, both families.
    @Suite struct Fabric {
        @Test(arguments: [Membership?.none, .onLink]) func `every entry of both maps matches, at every hook`(
            _ membership: Membership?
        ) throws {
            try withNode(.fabric, pods: 8, ipv6: true) { node in
                let plan = try node.plan(membership)
                #expect(plan.blocked == [] && plan.hooks.count == 8 && plan.findings.count == 16)
                #expect(plan.findings.allSatisfy { $0.verdict == .match && $0.effect == .same && $0.note.isEmpty })
                #expect(Set(plan.findings.map(\.legacy.sourceMAC)) == [MACAddress(value: 0xeeee_eeee_eeee)])
                #expect(plan.document.membership.lostTotal == 0)
                #expect(plan.document.membership.chosen == membership ?? .legacyKeys)
                // The pod that is in no map, with both its addresses.
                #expect(plan.document.membership.widenedTotal == (membership == .onLink ? 2 : 0))
                let kept = plan.document.hooks.filter { $0.action == .keep }
                #expect(kept.count == 8 && kept.allSatisfy { $0.program?.name == "fabric_policy" })
            }
        }

        @Test(arguments: Membership.allCases)
        func `not a packet of either family is lost through cycles of apply and rollback`(
            _ membership: Membership
        ) throws {
            try withNode(.fabric, pods: 8, ipv6: true) { node in
                let pods = node.lab.pods.filter(\.enrolled).map(\.name)
                let before = try pods.map { try node.filters($0) }
                let plan = try node.plan(membership)
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: pods, rate: 300, seconds: 60, ipv6: true))
                while traffic.receivedSoFar < 500 { usleep(10_000) }
                for _ in 1...3 {
                    let run = try node.mustApply(plan)
                    usleep(100_000)
                    let counters = try node.counters(run.replacement)
                    #expect(counters["redirected", default: 0] > 0, "traffic never met the replacement")
                    // Neighbor discovery and its like are no business of either program.
                    let others = Set(counters.filter { $0.value > 0 }.keys)
                    #expect(
                        others.isSubset(of: ["redirected", "not_eligible", "not_unicast", "not_member"]), "\(others)")
                    let restored = try node.rollback(run.runID)
                    #expect(restored.proof.identical && restored.state == .rolledBack && restored.changed)
                    #expect(try pods.map { try node.filters($0) } == before)
                }
                let ledger = traffic.stop()
                #expect(ledger.isClean && ledger.flows.count == 16, "\(ledger)")
            }
        }

        @Test func `fifty hooks are replaced and put back`() throws {
            try withNode(.fabric, pods: 50, ipv6: true) { node in
                let plan = try node.plan()
                #expect(plan.blocked == [] && plan.hooks.count == 50 && plan.findings.count == 100)
                #expect(plan.findings.allSatisfy { $0.verdict == .match })
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(rate: 20, seconds: 60, ipv6: true))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let run = try node.mustApply(plan)
                usleep(300_000)
                #expect(try node.counters(run.replacement)["redirected", default: 0] > 100)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(traffic.stop().isClean)
            }
        }

        /// The policy takes what has the mark only: arriving is the proof that it was set.
        @Test func `the mark is part of the contract: without it nothing arrives`() throws {
            try withNode(.fabric, ipv6: true) { node in
                var profile = try TestNode.profile(.fabric)
                profile.contract.mark = nil
                let run = try node.mustApply(try node.plan(.onLink, profile: profile))
                #expect(try node.burst(["pod1", "pod2"], ipv6: true).received == 0)
                try node.rollback(run.runID)
                #expect(try node.burst(["pod1", "pod2"], ipv6: true).isClean)
            }
        }

        @Test func `legacy-keys: each family's packets are members by their own map`() throws {
            try withNode(.fabric, ipv6: true) { node in
                let run = try node.mustApply(try node.plan(.legacyKeys))
                #expect(try node.burst(["pod1", "pod2"], ipv6: true).isClean)
                // Of pod1 only the IPv6 key stays: IPv4 is no member any more, and the policy refuses the stack's.
                try node.lab.removeEntry(try node.entry(of: "pod1"))
                let ledger = try node.burst(["pod1"], ipv6: true)
                for flow in ledger.flows {
                    #expect(flow.lost == (flow.address.family == .ipv4 ? flow.sent : 0), "\(flow)")
                }
                let members = try node.counters(run.replacement)
                #expect(members["not_member", default: 0] >= ledger.sent / 2)
                let plain = try node.burst(["plain"], ipv6: true)
                #expect(plain.isClean)
                try node.rollback(run.runID)
            }
        }

        @Test func `--egress mac: both MACs, as the map has them`() throws {
            try withNode(.fabric, ipv6: true) { node in
                let before = try macs(node)
                let run = try node.mustApply(try node.plan(egress: .mac))
                #expect(try macs(node) == before)
                try node.rollback(run.runID)
                // A program that leaves the source as it came would be seen.
                var profile = try TestNode.profile(.fabric)
                for index in profile.maps.indices { profile.maps[index].value.sourceMACOffset = nil }
                let other = try node.mustApply(try node.plan(profile: profile, egress: .mac))
                let sender = try node.pod2.mac
                #expect(try Set(macs(node).map(\.source)) == [sender])
                try node.rollback(other.runID)
            }
        }

        private func macs(_ node: TestNode) throws -> Set<LabFrame> {
            let traffic = try Traffic.start(
                in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 10, ipv6: true))
            let frames = try node.lab.frames(in: "pod1", count: 40)
            #expect(traffic.stop().isClean && frames.count == 40)
            #expect(Set(frames.map(\.etherType)) == [0x0800, 0x86dd])
            return Set(frames)
        }

        @Test func `another source MAC in the map is a difference by design`() throws {
            try withNode(.fabric, ipv6: true) { node in
                try node.changeEntry(of: "pod1") { $0.sourceMAC = MACAddress(value: 0x0200_0000_0077) }
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "match/same" && plan.blocked == [])
                #expect(
                    try plan.finding(node.pod1.address).note
                        == "the map's source MAC is 02:00:00:00:00:77, afterwards it is ee:ee:ee:ee:ee:ee")
                #expect(plan.warning(.sourceMACDiffers)?.message.hasPrefix("1 destination") == true)
            }
        }

        @Test func `faults of both maps: told, refused, healed`() throws {
            try withNode(.fabric, faults: true, ipv6: true) { node in
                let judged = { (plan: PlanOutcome, pod: String) throws -> [String] in
                    let pod = try node.lab.pod(pod)
                    return try [pod.address, try #require(pod.ipv6)].map(plan.judged)
                }
                let first = try node.plan()
                #expect(first.blocked == [Code.brokenEntries.text])
                #expect(try judged(first, "broken") == ["via-gateway/broken", "via-gateway/broken"])
                try node.lab.mend()
                let plan = try node.plan()
                #expect(plan.blocked == [])
                #expect(try judged(plan, "stale") == ["stale-interface/healed", "stale-interface/healed"])
                #expect(try judged(plan, "wrong-mac") == ["mac-mismatch/healed", "mac-mismatch/healed"])
                #expect(try judged(plan, "idle") == ["unresolved-neighbor/same", "unresolved-neighbor/same"])
                #expect(try node.burst(["stale", "wrong-mac"], ipv6: true).received == 0)
                let run = try node.mustApply(plan)
                let idle = try #require(try node.lab.pod("idle").ipv6)
                #expect(try node.sh("ip -6 neigh show \(idle)").contains("lladdr"), "it was not warmed")
                #expect(try node.burst(["pod1", "stale", "wrong-mac", "idle", "broken"], ipv6: true).isClean)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `a tenant is a node: its own maps, namespace and hooks`() throws {
            try withNode(.fabric, ipv6: true, tenants: 2) { node in
                var profile = try TestNode.profile(.fabric)
                for index in profile.maps.indices {
                    profile.maps[index].pin = profile.maps[index].title.replacing("fabric/", with: "fabric/t2/")
                }
                let plan = try node.plan(profile: profile, netns: "/run/netns/t2")
                #expect(plan.blocked == [] && plan.hooks.count == 2 && plan.findings.count == 4)
                #expect(plan.findings.allSatisfy { $0.verdict == .match })
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(rate: 200, seconds: 60, ipv6: true))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let other = try node.sh("tc -n t1 -d filter show dev pod1 ingress")
                let run = try node.mustApply(plan)
                #expect(try node.sh("tc -n t2 filter show dev pod1 ingress").contains("fib_redirect_ke"))
                usleep(200_000)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try node.sh("tc -n t1 -d filter show dev pod1 ingress") == other)
                #expect(traffic.stop().isClean)
            }
        }

        @Test(arguments: Membership.allCases) func `one plan for the hooks and maps of several namespaces`(
            _ membership: Membership
        ) throws {
            try withNode(.fabric, ipv6: true, tenants: 2) { node in
                var profile = try TestNode.profile(.fabric)
                for index in profile.maps.indices {
                    profile.maps[index].pin = profile.maps[index].title.replacing("fabric/", with: "fabric/*/")
                }
                let plan = try node.plan(membership, profile: profile)
                #expect(plan.blocked == [] && plan.hooks.count == 4 && plan.findings.count == 8)
                #expect(Set(plan.hooks.map(\.netns)).count == 2)
                #expect(plan.findings.allSatisfy { $0.verdict == .match && $0.effect == .same })
                let before = try ["t1", "t2"].map { try node.sh("tc -n \($0) -d filter show dev pod1 ingress") }
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(rate: 200, seconds: 60, ipv6: true))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let run = try node.mustApply(plan)
                for tenant in ["t1", "t2"] {
                    #expect(try node.sh("tc -n \(tenant) filter show dev pod1 ingress").contains("fib_redirect"))
                }
                usleep(200_000)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try ["t1", "t2"].map { try node.sh("tc -n \($0) -d filter show dev pod1 ingress") } == before)
                #expect(traffic.stop().isClean)
            }
        }
    }
}
