import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Membership by the interface that packets leave by: who is in, who is not, and who comes and goes.
    @Suite struct Enrolled {
        private static let late = IPAddress("10.9.0.200")

        @Test(arguments: [Membership?.some(.enrolled), .legacyKeys, nil])
        func `a filter sees a pod that is not enrolled, also one that came after the cut`(
            _ membership: Membership?
        ) throws {
            try withNode { node in
                let plain = try node.lab.pod("plain").address, late = try #require(Self.late)
                try node.countForwarded(to: [plain, late, node.pod1.address])
                let plan = try node.plan(membership)
                #expect(plan.blocked == [] && plan.document.membership.widenedTotal == 0)
                #expect(plan.warning(.filtersSkipped) == nil && plan.warning(.widened) == nil)
                let line = try #require(plan.document.membership.filtering)
                #expect(line.hasPrefix("nftables inet lab/passing (forward): "))
                #expect(
                    line.hasSuffix("under on-link 1 more would skip it, first \(plain), and pods that come later"))
                let run = try node.mustApply(plan)
                let ledger = try node.burst(["plain"])
                #expect(ledger.isClean && ledger.sent > 0)
                #expect(try node.filtered(plain) == ledger.sent)
                #expect(try node.burst(["pod1", "pod2"]).isClean)
                #expect(try node.filtered(node.pod1.address) == 0)
                try node.addPod("late", "\(late)")
                try node.send(20, from: "ztunnel", to: "\(late)")
                #expect(try node.filtered(late) == 20 && node.unheard(in: "late") == 20)
                #expect(try node.counters(run.replacement)["not_member"] == ledger.sent + 20)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        /// What the plan says of on-link is so.
        @Test func `under on-link the filter sees neither of them`() throws {
            try withNode { node in
                let plain = try node.lab.pod("plain").address, late = try #require(Self.late)
                try node.countForwarded(to: [plain, late])
                let plan = try node.plan(.onLink)
                #expect(plan.document.membership.widened.map(\.address) == [plain])
                #expect(plan.warning(.filtersSkipped) != nil)
                let run = try node.mustApply(plan)
                #expect(try node.burst(["plain"]).isClean)
                try node.addPod("late", "\(late)")
                try node.send(20, from: "ztunnel", to: "\(late)")
                #expect(try node.unheard(in: "late") == 20)
                #expect(try node.filtered(plain) == 0 && node.filtered(late) == 0)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        /// The policy that the map's redirect skipped is skipped by enrolled pods afterwards, and by nobody else.
        @Test func `a rule that drops: enrolled pods are reached, others are not`() throws {
            try withNode { node in
                try node.nft(
                    """
                    add table inet lab
                    add chain inet lab passing { type filter hook forward priority 0; policy drop; }
                    """)
                let before = try (node.burst(["pod1"]).received, node.burst(["plain"]).received)
                #expect(before.0 > 0 && before.1 == 0)
                let run = try node.mustApply(try node.plan(.enrolled))
                #expect(try node.burst(["pod1", "pod2"]).isClean)
                #expect(try node.burst(["plain"]).received == 0)
                try node.rollback(run.runID)
                let open = try node.mustApply(try node.plan(.onLink))
                #expect(try node.burst(["plain"]).isClean, "on-link lets it slip past the rule")
                try node.rollback(open.runID)
            }
        }

        @Test func `the set is pinned with the run, has room, and is gone with it`() throws {
            try withNode { node in
                let plan = try node.plan(.enrolled)
                let set = try #require(plan.document.membership.enrolled)
                #expect(set.interfaces.map(\.interface) == ["pod1", "pod2"] && set.interfacesTotal == 2)
                #expect(set.room == 1024)
                let netns = plan.document.decision.netns
                #expect(
                    plan.document.steps.contains {
                        $0.hasSuffix("pin it as /sys/fs/bpf/migrate/<run>/enrolled_\(netns)")
                    })
                let run = try node.mustApply(plan)
                #expect(try node.members(run.runID, netns: netns) == [node.pod1.ifindex, node.pod2.ifindex].sorted())
                #expect(try node.sh("stat -c %a /sys/fs/bpf/migrate/\(run.runID)/enrolled_\(netns)") == "600\n")
                let counters = try node.counters(run.replacement)
                #expect(counters["error"] == 0)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `an interface that goes is pruned; one that gets its index is no member`() throws {
            try withNode { node in
                let plan = try node.plan(.enrolled)
                let netns = plan.document.decision.netns
                let gone = try node.pod1
                try node.countForwarded(to: [gone.address])
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1"]).isClean)
                try node.sh("ip link del \(gone.interface)")
                #expect(try node.members(run.runID, netns: netns) == [node.pod2.ifindex])
                // Of another pod, with the same address at that: nobody enrolled it.
                try node.addPod("heir", "\(gone.address)", ifindex: gone.ifindex)
                #expect(
                    try node.sh("cat /sys/class/net/heir/ifindex; ip -o link show heir").contains(
                        "\(gone.ifindex): heir"))
                try node.send(20, from: "ztunnel", to: "\(gone.address)")
                #expect(try node.unheard(in: "heir") == 20 && node.filtered(gone.address) == 20)
                #expect(try node.counters(run.replacement)["not_member"] == 20)
                #expect(try node.burst(["pod2"]).isClean)
                let restored = try node.rollback(run.runID)
                #expect(restored.proof.identical)
            }
        }

        @Test func `without --static-set blocked, and the consent is part of the decision`() throws {
            try withNode { node in
                let plan = try node.plan(.enrolled, staticSet: false)
                #expect(plan.blocked == [Code.setNotKept.text])
                #expect(plan.blocker(.setNotKept)?.remedy.contains("--static-set") == true)
                #expect(plan.warning(.setIsStatic) == nil)
                let consenting = try node.plan(.enrolled)
                #expect(consenting.blocked == [])
                #expect(consenting.warning(.setIsStatic)?.message.hasPrefix("the set holds 2 interfaces") == true)
                #expect(plan.document.planID != consenting.document.planID)
                #expect(
                    plan.document.decision.changes(to: consenting.document.decision)
                        == ["--static-set: false when planned, true now."])
            }
        }

        /// Between plan and set a pod may go: its index means nothing then, or another interface.
        @Test func `what is gone when the set is made is left out`() throws {
            try withNode(pods: 3) { node in
                let plan = try node.plan(.enrolled)
                let gone = try node.pod1, other = try node.pod2
                try node.sh("ip link del \(gone.interface); ip link del \(other.interface)")
                try node.addPod("heir", "10.9.0.200", ifindex: other.ifindex)
                let journal = TestJournal()
                let applied = try node.apply(plan, journal)
                let evidence = try #require(journal.lines.first { $0.phase == .enroll }?.evidence)
                #expect(evidence.hasSuffix("holds 1, gone meanwhile: pod1, pod2"))
                // Whether the run goes on is for the check after warming to say: nothing there is delivered any more.
                if case .committed = applied.result { try node.rollback(applied.runID) }
            }
        }

        @Test(arguments: [true, false]) func `a disk that is full while the set is made: undone, identical`(
            before: Bool
        ) throws {
            try withNode { node in
                let plan = try node.plan(.enrolled)
                let filters = try node.filters("hz")
                let fails = { (phase: RunPhase, _: String) throws(MigrateError) in
                    if phase == .enroll { throw MigrateError.full }
                }
                let journal = before ? TestJournal(onBegin: fails) : TestJournal(onEnd: fails)
                guard case .undone(let cause, .failure, let restoration) = try node.apply(plan, journal).result else {
                    Issue.record("committed without a journal")
                    return
                }
                #expect(cause.code == .diskFull && restoration?.proof.identical == true)
                #expect(try node.filters("hz") == filters && node.pinnedRuns() == [])
            }
        }

        @Test func `a key that leads nowhere enrols nobody, and is said to be lost`() throws {
            try withNode { node in
                // In the map, redirected by both ways to the plain pod, which does not have it.
                let plain = try node.lab.pod("plain")
                let stray = try #require(IPAddress("10.9.0.222"))
                var entry = try node.entry(of: "pod1")
                entry.address = stray
                entry.ifindex = plain.ifindex
                try node.lab.setEntry(entry)
                try node.sh("ip route add \(stray) dev \(plain.interface) scope link")
                let plan = try node.plan(.enrolled)
                #expect(try plan.finding(stray).effect == .gone)
                let membership = plan.document.membership
                #expect(membership.enrolled?.interfaces.map(\.interface) == ["pod1", "pod2"])
                #expect(membership.lost.map(\.address) == [stray] && membership.lostTotal == 1)
                let lost = try #require(membership.modes).map { $0.lostFirst.map(\.description) }
                #expect(lost == [[], ["\(stray)"], []])
                #expect(try node.plan(.legacyKeys).document.membership.lostTotal == 0)
            }
        }

        @Test func `the second deployment: both families, at every pod's hook`() throws {
            try withNode(.fabric, pods: 4, ipv6: true) { node in
                let plain = try node.lab.pod("plain"), plain6 = try #require(plain.ipv6)
                let late = try #require(Self.late), late6 = try #require(IPAddress("fd00:9::c8"))
                try node.countForwarded(to: [plain.address, plain6, late, late6])
                let plan = try node.plan(.enrolled)
                #expect(plan.blocked == [] && plan.document.membership.lostTotal == 0)
                #expect(plan.document.membership.enrolled?.interfacesTotal == 4)
                #expect(plan.document.membership.modes?.map(\.widenedTotal) == [2, 0, 0])
                let run = try node.mustApply(plan)
                // The policy takes what has the mark only: arriving is the proof of being redirected.
                #expect(try node.burst(["pod1", "pod2", "pod3", "pod4"], ipv6: true).isClean)
                let ledger = try node.burst(["plain"], ipv6: true)
                #expect(ledger.isClean)
                #expect(try node.filtered(plain.address) + node.filtered(plain6) == ledger.sent)
                try node.addPod("late", "\(late)", ipv6: "\(late6)")
                for address in [late, late6] { try node.send(20, from: "pod1", to: "\(address)") }
                #expect(try node.filtered(late) == 20 && node.filtered(late6) == 20)
                #expect(try node.unheard(in: "late") == 20 && node.unheard(in: "late", ipv6: true) == 20)
                // A pod of the deployment goes; its address is no member's any more.
                try node.sh("ip link del pod2")
                #expect(try node.members(run.runID, netns: plan.document.decision.netns).count == 3)
                #expect(try node.burst(["pod3"], ipv6: true).isClean)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        @Test func `each namespace has a set of its own`() throws {
            try withNode(.fabric, ipv6: true, tenants: 2) { node in
                var profile = try TestNode.profile(.fabric)
                for index in profile.maps.indices {
                    profile.maps[index].pin = profile.maps[index].title.replacing("fabric/", with: "fabric/*/")
                }
                let plan = try node.plan(.enrolled, profile: profile)
                let set = try #require(plan.document.membership.enrolled)
                let namespaces = Set(plan.hooks.map(\.netns.cookie)).sorted()
                #expect(plan.blocked == [] && namespaces.count == 2 && set.interfacesTotal == 4)
                let run = try node.mustApply(plan)
                for netns in namespaces {
                    let planned = set.interfaces.filter { $0.netns == netns }.map(\.ifindex)
                    #expect(planned.count == 2)
                    #expect(try node.members(run.runID, netns: netns) == planned)
                }
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }
    }
}
