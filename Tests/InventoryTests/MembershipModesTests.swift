import Kernel
import Model
import Testing

@testable import Inventory

struct MembershipModesTests {
    private let a = DeviceKey(netns: Fixture.node, ifindex: Fixture.vethA)
    private let b = DeviceKey(netns: Fixture.node, ifindex: Fixture.vethB)

    private func widened(_ text: String, _ device: DeviceKey) -> Widening.Widened {
        .init(destination: .init(address: address(text), interface: "v", why: "a neighbor"), device: device)
    }

    /// pod a's entry is delivered; a key for an address that nobody has leads to pod b's interface.
    private func modes(_ candidates: [Widening.Widened] = []) -> MembershipModes {
        let same = Judge.finding(Fixture.facts())
        var gone = same
        gone.address = address("10.0.0.9")
        gone.kernel.ifindex = Fixture.vethB
        gone.effect = .gone
        var lost = same
        lost.address = address("10.0.0.8")
        lost.effect = .broken
        var tally = Fixture.tally([same, gone, lost], redirected: [same.address, gone.address])
        tally.enrolled = [a]
        return MembershipModes(candidates: candidates, tally: tally)
    }

    @Test func `widened: all, those behind a member's interface, none`() {
        let modes = modes([widened("10.0.0.22", b), widened("10.0.0.55", a)])
        #expect(modes.widened(.onLink).map(\.address) == ["10.0.0.22", "10.0.0.55"].map(address))
        #expect(modes.widened(.enrolled).map(\.address) == [address("10.0.0.55")])
        #expect(modes.widened(.legacyKeys).isEmpty)
    }

    @Test func `lost: under enrolled also what leads to no member's interface`() {
        let modes = modes()
        for mode in [Membership.onLink, .legacyKeys] {
            #expect(modes.lost(mode).first.map(\.address) == [address("10.0.0.8")] && modes.lost(mode).total == 1)
        }
        let enrolled = modes.lost(.enrolled)
        #expect(enrolled.first.map(\.address) == ["10.0.0.8", "10.0.0.9"].map(address) && enrolled.total == 2)
        var both = modes.tally
        both.enrolled = [a, b]
        #expect(MembershipModes(candidates: [], tally: both).lost(.enrolled).total == 1, "b has a member now")
    }

    @Test func `interfaces that packets leave by`() {
        let c = DeviceKey(netns: Fixture.node, ifindex: 99)
        let modes = modes([widened("10.0.0.77", c), widened("10.0.0.55", a)])
        #expect(modes.devices(.enrolled) == [a])
        #expect(modes.devices(.legacyKeys) == [a, b])
        #expect(modes.devices(.onLink) == [a, b, c])
    }

    @Test func `the section has a line for each, and the chosen one's lists`() {
        let choice = MembershipChoice.Choice(membership: .enrolled, why: "asked for", blocker: nil)
        let set = EnrolledInterfaces.find([b, a], links: Fixture.links)
        #expect(set.map(\.interface) == ["va", "vb"])
        let section = modes([widened("10.0.0.22", b), widened("10.0.0.55", a)])
            .section(choice, filters: [], enrolled: set)
        #expect(section.widened.map(\.address) == [address("10.0.0.55")] && section.lostTotal == 2)
        #expect(section.enrolled?.interfacesTotal == 2 && section.enrolled?.room == 1024)
        #expect(section.modes?.map(\.mode) == [.onLink, .enrolled, .legacyKeys])
        #expect(section.modes?.map(\.widenedTotal) == [2, 1, 0] && section.modes?.map(\.lostTotal) == [1, 2, 1])
        #expect(section.modes?.allSatisfy { $0.effects == ["same": 1, "gone": 1, "broken": 1] } == true)
    }

    @Test func `filters: what is skipped, and what on-link would change`() {
        let filter = PacketFilter(
            netns: Fixture.node, kind: .nftables, family: "inet", hook: "forward", priority: 0, table: "t", chain: "c",
            policy: "drop", rules: 1)
        func line(_ mode: Membership, _ widened: [String] = [], onLink: [String]? = nil) -> String {
            FilteringAdvice.line(
                [filter], membership: mode, widened: widened.map(address), onLink: onLink.map { $0.map(address) })
        }
        #expect(
            line(.legacyKeys, onLink: ["10.0.0.22", "10.0.0.23"]).hasSuffix(
                "; under on-link 2 more would skip it, first 10.0.0.22, and pods that come later"))
        #expect(line(.enrolled, onLink: []).hasSuffix("; on-link would change that for pods that come later"))
        #expect(line(.enrolled, ["10.0.0.55"]).contains("enrolled interface (1 that no map holds, first 10.0.0.55)"))
        #expect(line(.onLink, onLink: ["10.0.0.22"]) == line(.onLink), "the chosen one says it itself")
    }

    @Test(arguments: [(0, 1024), (1, 1024), (256, 1024), (257, 2048), (3000, 16_384)])
    func `a set has room for four times as many`(count: Int, room: UInt32) {
        #expect(EnrolledSet.room(for: count) == room)
    }

    @Test func `nobody keeps the set: blocked, or warned of`() {
        #expect(EnrolledInterfaces.blocker(.enrolled, staticSet: false)?.code == Code.setNotKept.text)
        #expect(EnrolledInterfaces.blocker(.enrolled, staticSet: true) == nil)
        for other in [Membership.onLink, .legacyKeys] {
            #expect(EnrolledInterfaces.blocker(other, staticSet: false) == nil)
        }
        #expect(EnrolledInterfaces.warning(nil, staticSet: true, node: "node-a") == nil)
        #expect(
            EnrolledInterfaces.warning(EnrolledSet([]), staticSet: true, node: "node-a")?.code == Code.setIsStatic.text)
    }
}
