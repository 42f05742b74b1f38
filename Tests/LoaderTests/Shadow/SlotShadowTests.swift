import Glibc
import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension TestNode {
    /// Shadows in the slots of the plan's hooks for as long as `body` takes; then they are taken back as any run is.
    func slotShadowed(
        _ plan: PlanOutcome, told: (inout RedirectConfiguration) -> Void = { _ in },
        _ body: (Shadows, String) throws -> Void
    ) throws -> ShadowResult {
        let groups = try ShadowGroup.groups(plan).map { group in
            var group = group
            told(&group.configuration.replacement)
            return group
        }
        let runID = "r-shadow\(UInt32.random(in: .min ... .max))"
        return try lab.enter {
            var request = InstallRequest(
                bpffs: try BPFFileSystem(path: Self.bpffs), node: plan.node, runID: runID,
                planID: plan.document.planID,
                configurations: InstallRequest.configurations(plan.document.decision, hooks: plan.hooks),
                hooks: plan.hooks, members: plan.enrolled, warm: [], recheck: { () throws(MigrateError) in [] },
                interrupted: { nil })
            request.cut = .switch
            let result = Installer(request, journal: TestJournal()).installShadows(groups)
            guard case .standing(let shadows) = result else { throw TestFailure("\(result)") }
            do { try body(shadows, runID) } catch {
                try rollback(runID)
                throw error
            }
            let restoration = try rollback(runID)
            #expect(restoration.proof.identical && restoration.changed, "\(restoration.proof)")
            #expect(restoration.cell?.word.state == .legacy && restoration.cell?.word.share == 0)
            return ShadowResult(
                totals: try shadows.totals(), destinations: try shadows.destinations(),
                packets: try shadows.takePackets())
        }
    }
}

extension LoaderSuite {
    /// The shadow in the slot sees what the one in front sees, at every kind of place.
    @Suite struct SlotShadow {
        private func kinds(_ result: ShadowResult) -> [IPAddress: [ShadowComparison]] {
            Dictionary(
                uniqueKeysWithValues: result.destinations.map { seen in
                    (seen.address, ShadowComparison.differences.filter { seen.packets[$0] > 0 })
                })
        }

        /// Each packet once, and the very numbers of one that stands in front at the same time of another burst.
        @Test func `the same figures as in front, of the same faults`() throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan(.onLink)
                let before = try (node.filters("hz"), node.tcx().entries)
                let names = ["pod1", "stale", "wrong-mac", "idle", "broken", "plain"]
                let front = try node.shadowedBurst(plan, to: names, isClean: false)
                var sent: UInt64 = 0
                let slot = try node.slotShadowed(plan) { shadows, _ in
                    sent = try node.burst(names).sent
                    #expect(shadows.disturbances() == [] && shadows.end() == nil)
                }
                #expect(sent == slot.totals.eligible && kinds(slot) == kinds(front), "\(slot.totals) \(front.totals)")
                #expect(Set(slot.packets.map(\.comparison)) == Set(ShadowComparison.differences))
                #expect(try node.filters("hz") == before.0 && node.tcx().entries == before.1)
            }
        }

        @Test(arguments: Membership.allCases)
        func `every packet is counted once, reaches its pod, and agrees`(membership: Membership) throws {
            try withNode(.fabric, pods: 3, ipv6: true) { node in
                let plan = try node.plan(membership)
                var sent: UInt64 = 0
                let result = try node.slotShadowed(plan) { _, runID in
                    let ledger = try node.burst(["pod1", "pod2", "pod3"], ipv6: true)
                    #expect(ledger.isClean, "\(ledger)")
                    sent = ledger.sent
                    #expect(try node.cell(runID).word.state == .legacy)
                }
                #expect(sent > 0 && result.totals.compared.all == sent && result.totals.compared.differing == 0)
                #expect(Set(result.destinations.map(\.address.family)) == [.ipv4, .ipv6])
                #expect(try node.plan(membership).document.planID == plan.document.planID)
            }
        }

        @Test(.requires(.tcx), arguments: [true, false]) func `in a place at tcx`(linked: Bool) throws {
            try withNode { node in
                let link = try node.moveToTCX(linked: linked)
                let before = try node.tcx().entries
                let plan = try node.plan()
                let result = try node.slotShadowed(plan) { shadows, _ in
                    let now = try node.tcx().entries
                    #expect(now.count == before.count && now != before)
                    #expect(try node.burst(["pod1"]).isClean)
                    #expect(shadows.disturbances() == [])
                }
                #expect(result.totals.compared.all > 0 && result.totals.compared.differing == 0)
                #expect(try node.tcx().entries == before)
                #expect(try node.plan().document.planID == plan.document.planID)
                withExtendedLifetime(link) {}
            }
        }

        @Test func `a wrong replacement is caught, and no packet takes it`() throws {
            try withNode { node in
                let plan = try node.plan(.onLink)
                let pod = try node.lab.pod("pod2")
                let result = try node.slotShadowed(plan, told: { $0.denied.append(pod.ifindex) }) { _, _ in
                    let ledger = try node.burst(["pod1", "pod2"])
                    #expect(ledger.isClean, "\(ledger)")
                }
                #expect(kinds(result)[pod.address] == [.fibMisses])
                #expect(result[pod.address]?.views?.kernel.outcome == "device_denied")
            }
        }

        @Test func `a legacy program that drops what its map delivers is told of`() throws {
            try withNode { node in
                // TC_ACT_SHOT.
                try node.wrapLegacy("dropper", Assembly.set(0, 2) + Assembly.exit)
                let plan = try node.plan(.onLink)
                _ = try node.slotShadowed(plan) { shadows, _ in
                    let none = try shadows.dropped()
                    #expect(none.certain == [])
                    #expect(try node.burst(["pod1"]).lost > 100)
                    #expect(try shadows.dropped().certain.count == 1)
                }
            }
        }

        @Test func `twenty of them come and go under traffic`() throws {
            try withNode(pods: 3) { node in
                let plan = try node.plan()
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2", "pod3"], rate: 2000, seconds: 600))
                var counted = ShadowCounts()
                do {
                    while traffic.receivedSoFar < 300 { usleep(1_000) }
                    for _ in 1...20 {
                        counted += try node.slotShadowed(plan) { _, _ in usleep(50_000) }.totals.compared
                    }
                } catch {
                    _ = traffic.stop()
                    throw error
                }
                let ledger = traffic.stop()
                #expect(ledger.isClean, "\(ledger)")
                #expect(counted.differing == 0 && counted.all > 0 && counted.all < ledger.sent, "\(counted)")
                print(
                    "shadow in the slot: \(ledger.sent) packets through 20 of them, \(ledger.lost) lost, \(counted.all) compared"
                )
            }
        }
    }
}
