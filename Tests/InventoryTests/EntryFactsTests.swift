import Testing

@testable import Inventory
@testable import Kernel
@testable import Model

/// From a snapshot and the kernel's answers to facts.
struct EntryFactsTests {
    private func facts(
        _ text: String, map: UInt32, fib: UInt32, route: RouteAnswer? = nil,
        _ change: (inout Snapshot) -> Void = { _ in }
    ) -> EntryFacts {
        EntryFacts(
            target: LegacyTarget(address: address(text), ifindex: map, mac: mac(0)),
            probe: Fixture.answer(text, dev: fib), route: route, topology: Fixture.topology(change),
            inputInterface: "hz")
    }

    @Test func `both sides' links, peers and holders come from the snapshot`() {
        let facts = facts("10.0.0.6", map: Fixture.vethA, fib: Fixture.vethB)
        #expect(facts.mapLink?.name == "va")
        #expect(!facts.mapPeerHolds)
        #expect(facts.fibLink?.name == "vb")
        #expect(facts.fibPeerHolds)
        #expect(facts.isHeld)
        #expect(!facts.isLocal)
        #expect(facts.neighbor == nil)
    }

    @Test func `an unknown ifindex has no link, no peer and holds nothing`() {
        let facts = facts("10.0.0.6", map: 99, fib: 0)
        #expect(facts.mapLink == nil)
        #expect(facts.mapPeer == .none)
        #expect(!facts.mapPeerHolds)
        #expect(facts.fibLink == nil)
        #expect(!facts.fibPeerHolds)
    }

    @Test func `an address behind the hook that is asked is none of the replacement's business`() {
        func outcome(_ text: String, holder: Bool) -> RedirectOutcome {
            own(text, holder: holder, others: true).probe.outcome
        }
        #expect(outcome("10.0.0.5", holder: true) == .redirected)
        // Routed back to where it came from, and nobody has it there.
        #expect(outcome("10.0.0.5", holder: false) == .sameDevice)
        #expect(outcome("10.0.0.6", holder: true) == .sameDevice)
    }

    @Test func `a pod behind the only hook breaks nothing, whatever its entry says`() {
        let only = own("10.0.0.5", others: false)
        #expect(only.isUnused && Judge.effect(only) == .same)
        #expect(Judge.finding(only).note.contains("no packet takes this redirect"))
        // The verdict is about what the replacement would do there: not redirect it.
        #expect(Judge.finding(only).verdict == .unsupportedDevice)
        #expect(Judge.finding(only).note.contains("the packet would leave where it came in"))
        // Another hook reads the map: what it does counts.
        #expect(!own("10.0.0.5", others: true).isUnused)
        #expect(!Judge.finding(own("10.0.0.5", others: true)).note.contains("no packet"))
        // The entry is wrong, so that it may still be told from one that is right.
        #expect(Judge.effect(own("10.0.0.5", map: 99, others: false)) == .healed)
        // An interface whose far end nobody can read would make it unknown, and block.
        #expect(Judge.effect(own("10.0.0.5", map: Fixture.dark, others: false)) == .healed)
        // Nobody has it there: a loop, and the map delivered nothing either.
        #expect(!own("10.0.0.5", holder: false, others: false).isUnused)
        #expect(Judge.effect(own("10.0.0.5", holder: false, others: false)) == .gone)
    }

    /// At the hook on pod a's veth, where the kernel answers: out where it came in.
    private func own(
        _ text: String, map: UInt32 = Fixture.vethA, holder: Bool = true, others: Bool
    ) -> EntryFacts {
        EntryFacts(
            target: LegacyTarget(address: address(text), ifindex: map, mac: mac(Fixture.podA << 8 | 2)),
            probe: Fixture.answer(text, dev: Fixture.vethA, .sameDevice), route: nil,
            topology: Fixture.topology { if !holder { $0.addresses = [] } }, inputInterface: "va",
            hasOtherHooks: others)
    }

    @Test func `the node's own address and a local route are local`() {
        #expect(facts("192.168.0.10", map: 5, fib: 0).isLocal)
        let local = RouteAnswer(route: Fixture.route("10.0.0.77", dev: 1, table: 255, kind: .local), errno: nil)
        #expect(facts("10.0.0.77", map: 5, fib: 0, route: local).isLocal)
        #expect(!facts("10.0.0.77", map: 5, fib: 0).isHeld)
    }

    @Test func `a neighbor counts on the FIB's device only`() {
        #expect(facts("10.0.0.5", map: 5, fib: Fixture.vethA).neighbor?.state == .reachable)
        #expect(facts("10.0.0.5", map: 5, fib: Fixture.vethB).neighbor == nil)
    }

    @Test func `when the second door was not asked, a host route settles what rules do`() {
        let facts = facts("10.0.0.5", map: 5, fib: Fixture.vethA) { $0.rules = PacketRulesTests.amazon }
        #expect(facts.packetRule == nil)
    }
}
