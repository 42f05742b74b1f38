import Kernel
import Model
import Testing

@testable import Inventory

struct ForecasterTests {
    private static let held = LegacyTarget(
        address: address("10.0.0.5"), ifindex: Fixture.vethA, mac: mac(Fixture.podA << 8 | 2))

    private func forecaster(
        _ text: String = "10.0.0.5", target: LegacyTarget? = held, isKey: Bool = true,
        member: IPAddress? = nil, isInSet: Bool? = nil,
        contract: Profile.Contract = .init(families: [.ipv4], protocols: [.tcp], onFailure: .drop),
        probe: FIBProbe.Answer = Fixture.answer("10.0.0.5", dev: Fixture.vethA),
        _ change: (inout Snapshot) -> Void = { _ in }
    ) -> Forecaster {
        let topology = Fixture.topology(change)
        return Forecaster(
            address: address(text), contract: contract, topology: topology, maps: ["m"], target: target, keyMaps: ["m"],
            isKey: isKey, member: member, isInSet: isInSet, probe: probe,
            denied: [
                .init(netns: Fixture.node, ifindex: Fixture.uplink, interface: "eth0", why: "carries a gateway route")
            ],
            input: Fixture.link(Fixture.proxy, "hz", "veth"))
    }

    @Test func `a healthy entry is redirected by each program`() {
        let all = forecaster(member: address("10.0.0.5")).all(attached: nil, isOurs: false)
        #expect(all.map(\.program) == [.legacy, .replacement, .replacement, .replacement])
        #expect(all.allSatisfy { $0.fate == .redirected && $0.interface == "va" })
        #expect(all.map(\.isAttached) == [true, false, false, false])
        let attached = forecaster().all(attached: .legacyKeys, isOurs: true).filter(\.isAttached)
        #expect(attached.map(\.membership) == [.legacyKeys])
    }

    @Test func `an entry whose interface is gone or down drops under the legacy program`() {
        let gone = forecaster(target: LegacyTarget(address: address("10.0.0.5"), ifindex: 99, mac: mac(1))).legacy()
        #expect(gone.fate == .dropped && gone.interface == nil && gone.why.contains("gone"))
        let down = forecaster {
            $0.links = $0.links.map { link in
                var link = link
                if link.name == "va" { link.flags = 0 }
                return link
            }
        }.legacy()
        #expect(down.fate == .dropped && down.why.contains("down"))
    }

    @Test func `a wrong MAC is redirected and lost, and the reason says whose it is`() {
        let wrong = forecaster(target: LegacyTarget(address: address("10.0.0.5"), ifindex: Fixture.vethA, mac: mac(1)))
            .legacy()
        #expect(wrong.fate == .redirected && wrong.why.contains("\(mac(Fixture.podA << 8 | 2))"))
    }

    @Test(arguments: [(Profile.OnMiss.ok, ExplanationDocument.Forecast.Fate.stack), (.next, .next)])
    func `a miss does what the contract says`(onMiss: Profile.OnMiss, fate: ExplanationDocument.Forecast.Fate) {
        let contract = Profile.Contract(families: [.ipv4], protocols: [.tcp], onFailure: .drop, onMiss: onMiss)
        let missing = forecaster(target: nil, isKey: false, contract: contract)
        #expect(missing.legacy().fate == fate && missing.legacy().outcome == "miss")
        #expect(missing.replacement(.legacyKeys).outcome == "not_member")
        #expect(missing.replacement(.legacyKeys).fate == fate)
        // on-link asks no map.
        #expect(missing.replacement(.onLink).fate == .redirected)
    }

    @Test func `a family that the contract does not name is touched by nobody`() {
        for forecast in forecaster("fd00::5").all(attached: nil, isOurs: false) {
            #expect(forecast.outcome == "not_eligible" && forecast.fate == .stack)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var outcome: RedirectOutcome
        var ifindex: UInt32
        var hop: String?
        var said: String
        var testDescription: String { outcome.name }
    }

    @Test(arguments: [
        Case(
            outcome: .gateway, ifindex: Fixture.uplink, hop: "192.168.0.1", said: "its next hop is 192.168.0.1 on eth0"),
        Case(
            outcome: .deviceDenied, ifindex: Fixture.uplink,
            said: "eth0 is never redirected to: it carries a gateway route"),
        Case(outcome: .deviceUnfit, ifindex: Fixture.bridge, said: "cni0 is a bridge, hz is a veth"),
        Case(outcome: .deviceUnfit, ifindex: Fixture.port, said: "vport is a port of cni0"),
        Case(outcome: .sameDevice, ifindex: Fixture.proxy, said: "it would leave by hz, where it came in"),
        Case(outcome: .notUnicast, ifindex: 0, said: "no unicast address"),
        Case(outcome: .fibMiss, ifindex: 0, said: "the FIB says"),
    ])
    func `what is not redirected goes on, and a member is dropped where the contract says so`(_ of: Case) throws {
        let probe = Fixture.answer(
            "10.0.0.5", dev: of.ifindex, of.outcome, of.ifindex == 0 ? .notForwarded : .success, hop: of.hop)
        let asked = forecaster(probe: probe)
        let onLink = asked.replacement(.onLink)
        #expect(onLink.fate == .stack && onLink.outcome == of.outcome.name)
        #expect(onLink.why.contains(of.said), "\(onLink.why)")
        #expect(asked.replacement(.legacyKeys).fate == .dropped)
        let pass = Profile.Contract(families: [.ipv4], protocols: [.tcp], onFailure: .pass)
        #expect(forecaster(contract: pass, probe: probe).replacement(.legacyKeys).fate == .stack)
    }

    @Test func `enrolled redirects by interfaces with a member behind them, and drops members that cannot be placed`() {
        let stranger = forecaster(target: nil, isKey: false).replacement(.enrolled)
        #expect(stranger.outcome == "not_member" && stranger.fate == .stack)
        let member = forecaster(isKey: false, member: address("10.0.0.5")).replacement(.enrolled)
        #expect(member.fate == .redirected && member.interface == "va")
        let denied = Fixture.answer("10.0.0.5", dev: Fixture.uplink, .deviceDenied)
        #expect(forecaster(member: address("10.0.0.5"), probe: denied).replacement(.enrolled).fate == .dropped)
        #expect(forecaster(probe: denied).replacement(.enrolled).fate == .stack)
    }

    @Test func `what is attached goes by its own set, not by the one that would be made now`() {
        // A key is delivered there, and the interface is not in the set: it came after the set was made.
        let outside = forecaster(member: address("10.0.0.5"), isInSet: false).replacement(.enrolled)
        #expect(
            outside.outcome == "not_member" && outside.fate == .stack && outside.why.contains("va is not in its set"))
        // No key is any more, and the set still has it.
        let inside = forecaster(isKey: false, isInSet: true).replacement(.enrolled)
        #expect(inside.fate == .redirected && inside.why.contains("va is in its set"))
        let denied = Fixture.answer("10.0.0.5", dev: Fixture.uplink, .deviceDenied)
        #expect(forecaster(isInSet: true, probe: denied).replacement(.enrolled).fate == .dropped)
        #expect(forecaster(isInSet: false, probe: denied).replacement(.enrolled).fate == .stack)
    }

    @Test func `a neighbor that is another's is said of every replacement, and none that is right`() {
        let wrong = forecaster(member: address("10.0.0.5")) { $0.neighbors[0].mac = mac(0xbeef) }
        for mode in Membership.allCases {
            let why = wrong.replacement(mode).why
            #expect(why.contains("takes no packet for 02:00:00:00:be:ef: lost until the kernel notices"), "\(why)")
        }
        #expect(!forecaster().replacement(.onLink).why.contains("takes no packet"))
        let failed = forecaster {
            $0.neighbors[0].mac = mac(0xbeef)
            $0.neighbors[0].state = .failed
        }
        #expect(!failed.replacement(.onLink).why.contains("takes no packet"))
    }
}
