import Model
import Testing

@testable import Inventory
@testable import Kernel

struct JudgeEffectTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var effect: Effect
        var change: @Sendable (inout EntryFacts) -> Void
        init(_ name: String, _ effect: Effect, _ change: @escaping @Sendable (inout EntryFacts) -> Void) {
            testDescription = name
            self.effect = effect
            self.change = change
        }
    }

    static let cases = [
        Case("both deliver", .same) { _ in },
        Case("map's interface gone", .healed) { $0.mapLink = nil },
        Case("map's interface down", .healed) { $0.mapLink?.flags = 0 },
        Case("map's MAC is not the peer's", .healed) { $0.target.mac = mac(0xdead) },
        Case("the pod behind the map's interface is another", .healed) { $0.mapPeerHolds = false },
        Case("FIB finds nothing", .broken) { $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .notForwarded) },
        Case("FIB says gateway", .broken) { $0.probe.outcome = .gateway },
        Case("FIB's device leads to another pod", .broken) { $0.fibPeerHolds = false },
        Case("device denied", .broken) { $0.probe.outcome = .deviceDenied },
        Case("device unfit", .broken) { $0.probe.outcome = .deviceUnfit },
        Case("neither, but a pod has it", .stillBroken) {
            $0.mapLink = nil
            $0.probe.outcome = .gateway
        },
        Case("neither, and nobody has it", .gone) {
            $0.mapLink = nil
            $0.probe.outcome = .gateway
            $0.isHeld = false
        },
        Case("neither, but the node itself has it", .stillBroken) {
            $0.mapLink = nil
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .notForwarded)
            $0.isHeld = false
            $0.isLocal = true
        },
        Case("map's peer unreadable", .unknown) { $0.mapPeer = .unreadable },
        Case("map's interface has no peer", .unknown) { $0.mapPeer = .none },
        Case("FIB's peer unreadable", .unknown) { $0.fibPeer = .unreadable },
        Case("stale, FIB's peer unreadable", .unknown) {
            $0.mapLink = nil
            $0.fibPeer = .unreadable
        },
        Case("map's peer unreadable, FIB finds nothing", .unknown) {
            $0.mapPeer = .unreadable
            $0.probe.outcome = .fibMiss
        },
        Case("a wrong neighbor does not change the effect", .same) { $0.neighbor?.mac = mac(0xbeef) },
        Case("a permanent wrong neighbor does: nobody asks again", .broken) {
            $0.neighbor?.mac = mac(0xbeef)
            $0.neighbor?.state = .permanent
        },
        Case("a rule does not change the effect", .same) { $0.packetRule = Fixture.rule(1, table: 5, mark: 1) },
        Case("another interface to the same pod", .same) { $0.target.ifindex = Fixture.port },
    ]

    @Test(arguments: cases) func effect(_ row: Case) {
        #expect(Judge.finding(Fixture.facts(row.change)).effect == row.effect)
    }

    @Test func `doors that name different devices disagree, and the note says so`() {
        let facts = Fixture.facts { $0.route?.route?.outputInterface = Fixture.vethB }
        #expect(Judge.disagreement(facts) == ["RTM_GETROUTE names ifindex 6, bpf_fib_lookup 5"])
        #expect(Judge.finding(facts).note == "RTM_GETROUTE names ifindex 6, bpf_fib_lookup 5")
        #expect(Judge.finding(facts).verdict == .match)
    }

    @Test(arguments: [FIBResult.notForwarded, .blackhole, .unreachable, .prohibit])
    func `a device behind one door and none behind the other is a disagreement`(_ result: FIBResult) {
        let facts = Fixture.facts { $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, result) }
        #expect(Judge.disagreement(facts) == ["RTM_GETROUTE names ifindex 5, bpf_fib_lookup says \(result.name)"])
    }

    static let agreeing = [
        Case("not asked, or EINVAL", .same) { $0.route = nil },
        Case("an error", .same) { $0.route = RouteAnswer(route: nil, errno: .networkUnreachable) },
        Case("same device as only next hop", .same) {
            $0.route?.route?.outputInterface = nil
            $0.route?.route?.nextHops = [.init(ifindex: Fixture.vethA, gateway: nil)]
        },
        Case("multipath", .same) {
            $0.route?.route?.outputInterface = nil
            $0.route?.route?.nextHops = [.init(ifindex: 6, gateway: nil), .init(ifindex: 5, gateway: nil)]
        },
        Case("local route", .broken) {
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .notForwarded)
            $0.route?.route?.kind = .local
        },
        Case("forwarding off is another finding", .broken) {
            $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .forwardingDisabled)
        },
    ]

    @Test(arguments: agreeing) func `what is no answer is no disagreement`(_ row: Case) {
        let facts = Fixture.facts(row.change)
        #expect(Judge.disagreement(facts).isEmpty)
        #expect(Judge.finding(facts).effect == row.effect)
    }
}
