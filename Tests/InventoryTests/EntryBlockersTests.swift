import Model
import Testing

@testable import Inventory
@testable import Kernel

struct EntryBlockersTests {
    private func finding(_ text: String, _ change: (inout EntryFacts) -> Void) -> Finding {
        Judge.finding(
            Fixture.facts {
                $0.target.address = address(text)
                $0.probe.nextHop = address(text)
                change(&$0)
            })
    }

    private func tally(_ findings: [Finding], disagreements: [Finding] = [], unanswered: Int = 0) -> EntryTally {
        Fixture.tally(findings, disagreements: disagreements, unanswered: unanswered)
    }

    private func viaGateway(_ text: String) -> Finding {
        finding(text) {
            $0.probe.nextHop = address("192.168.0.1")
            $0.probe.outcome = .gateway
        }
    }

    private func blockers(_ findings: [Finding], acceptUnknown: Bool = false) -> [PlanDocument.Blocker] {
        EntryBlockers.blockers(tally(findings), acceptUnknown: acceptUnknown)
    }

    @Test func `matching, healed and gone entries block nothing`() {
        let fine = [
            finding("10.0.0.5") { _ in }, finding("10.0.0.6") { $0.mapLink = nil },
            finding("10.0.0.7") {
                $0.mapLink = nil; $0.probe.outcome = .gateway; $0.isHeld = false
            },
        ]
        #expect(fine.map(\.effect) == [.same, .healed, .gone])
        #expect(blockers(fine).isEmpty)
        #expect(EntryBlockers.warnings(tally(fine)).isEmpty)
    }

    @Test func `broken entries are counted, named and given a command`() {
        let one = blockers([viaGateway("10.0.0.5")])
        #expect(one.map(\.code) == [Code.brokenEntries.text])
        #expect(one.first?.message == "1 destination would break: 10.0.0.5 (via-gateway)")
        #expect(one.first?.remedy == "Give it a host route:  ip route add 10.0.0.5 dev va")
        let five = blockers((1...5).map { viaGateway("10.0.0.\($0)") })
        // One for each that is named, and where the others are.
        #expect(
            five.first?.remedy
                == "Give each a host route:  ip route add 10.0.0.1 dev va; ip route add 10.0.0.2 dev va; ip route add 10.0.0.3 dev va; see each of the others:  migrate plan --no-save --all-entries"
        )
        #expect(
            five.first?.message
                == "5 destinations would break: 10.0.0.1 (via-gateway), 10.0.0.2 (via-gateway), 10.0.0.3 (via-gateway), …"
        )
    }

    @Test func `another source MAC than the map's is told, and blocks nothing`() {
        let own = Fixture.facts().fibLink?.mac
        let alike = finding("10.0.0.5") { $0.target.sourceMAC = own }
        let other = finding("10.0.0.6") { $0.target.sourceMAC = mac(0x77) }
        #expect(other.verdict == .match && other.effect == .same)
        #expect(other.note == "the map's source MAC is \(mac(0x77)), afterwards it is \(own?.description ?? "?")")
        #expect(alike.note.isEmpty && blockers([alike, other]).isEmpty)
        let warnings = EntryBlockers.warnings(tally([alike, other]))
        #expect(warnings.map(\.code) == [Code.sourceMACDiffers.text])
        #expect(warnings.first?.message.hasPrefix("1 destination: ") == true)
        // What is not delivered afterwards comes with no MAC at all.
        let broken = finding("10.0.0.7") {
            $0.target.sourceMAC = mac(0x77)
            $0.probe.nextHop = address("192.168.0.1")
            $0.probe.outcome = .gateway
        }
        #expect(broken.sourceDiffers && broken.effect == .broken)
        #expect(EntryBlockers.warnings(tally([broken])).isEmpty)
    }

    @Test func `with forwarding off no host route is proposed`() {
        let off = finding("10.0.0.5") { $0.probe = Fixture.answer("10.0.0.5", dev: 0, .fibMiss, .forwardingDisabled) }
        #expect(blockers([off]).first?.remedy.contains("ip route add") == false)
    }

    @Test func `unknown entries block unless they are accepted`() {
        let unknown = finding("10.0.0.5") { $0.fibPeer = .unreadable }
        #expect(blockers([unknown]).map(\.code) == [Code.unknownEntries.text])
        #expect(
            blockers([unknown]).first?.message == "1 destination: the pod's side could not be read: 10.0.0.5 (match)")
        #expect(blockers([unknown], acceptUnknown: true).isEmpty)
    }

    @Test func `entries that depend on the packet block`() {
        let found = blockers([finding("10.0.0.5") { $0.packetRule = Fixture.rule(100, table: 5, mark: 1) }])
        #expect(found.map(\.code) == [Code.packetDependent.text])
        #expect(
            found.first?.message
                == "1 destination: rule 100 selects on more than the destination: 10.0.0.5 (depends-on-packet)")
        #expect(found.first?.remedy == "See the rules:  ip rule; ip route get 10.0.0.5")
    }

    @Test func `a disagreement blocks`() {
        let finding = finding("10.0.0.5") { $0.route?.route?.outputInterface = Fixture.vethB }
        let found = EntryBlockers.blockers(tally([finding], disagreements: [finding]), acceptUnknown: true)
        #expect(found.map(\.code) == [Code.doorsDisagree.text])
        #expect(found.first?.message == "1 destination: RTM_GETROUTE names ifindex 6, bpf_fib_lookup 5")
    }

    @Test func `a wrong neighbor blocks`() {
        // Packets that the map delivers would go astray until the kernel asks again.
        let found = blockers([finding("10.0.0.5") { $0.neighbor?.mac = mac(0xbeef) }])
        #expect(found.map(\.code) == [Code.neighborDiffers.text])
        #expect(found.first?.message.contains("up to about 53 s") == true)
        #expect(found.first?.remedy == "Let the kernel ask again:  ip neigh del 10.0.0.5 dev va")
    }

    @Test func `failed neighbors and a silent second door are warnings`() {
        let findings = [finding("10.0.0.4") { _ in }, finding("10.0.0.6") { $0.neighbor?.state = .failed }]
        let warnings = EntryBlockers.warnings(tally(findings, unanswered: 1))
        #expect(warnings.map(\.code) == [Code.neighborFailed, .secondDoorUnanswered].map(\.text))
        #expect(warnings.last?.message == "RTM_GETROUTE did not answer for 1 of 2 entries")
        #expect(blockers(findings).isEmpty)
    }
}
