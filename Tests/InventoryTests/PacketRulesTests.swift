import Model
import Testing

@testable import Inventory

struct PacketRulesTests {
    /// What the AWS VPC CNI installs on a node with a pod at 10.0.0.5 on a second interface.
    static let amazon = [
        Fixture.rule(0, table: Route.localTable), Fixture.rule(512, table: Route.mainTable, to: "10.0.0.5"),
        Fixture.rule(1024, table: Route.mainTable, mark: 0x80), Fixture.rule(1536, table: 2, from: "10.0.0.5"),
        Fixture.rule(32766, table: Route.mainTable), Fixture.rule(32767, table: 253),
    ]

    private func first(_ rules: [Rule], to text: String = "10.0.0.5", table: UInt32? = Route.mainTable) -> UInt32? {
        PacketRules.first(
            concerning: address(text), in: rules, answeredFrom: Set([table].compactMap(\.self)), inputInterface: "hz")?
            .priority
    }

    @Test func `the usual three rules never depend on a packet`() {
        #expect(first(Fixture.rules) == nil)
        #expect(first(Fixture.rules, table: nil) == nil)
    }

    @Test func `AWS VPC CNI: rule 512 answers from main before fwmark and source are looked at`() {
        #expect(first(Self.amazon) == nil)
    }

    @Test func `AWS VPC CNI: an address without a rule of its own meets the fwmark rule first`() {
        #expect(first(Self.amazon, to: "10.0.0.6") == 1024)
    }

    @Test func `AWS VPC CNI: an answer from another table than main's was not rule 512's`() {
        #expect(first(Self.amazon, table: 2) == 1024)
    }

    @Test func `rules are tried in the order of their priority`() {
        let early = [Fixture.rule(0, table: 255), Fixture.rule(100, table: 7, mark: 1)] + Fixture.rules.dropFirst()
        #expect(first(Array(early)) == 100)
        let late = Fixture.rules + [Fixture.rule(40000, table: 7, mark: 1)]
        #expect(first(late) == nil)
        let ordered = Topology(Fixture.snapshot { $0.rules = late.reversed() }).rules.map(\.priority)
        #expect(ordered == [0, 32766, 32767, 40000])
    }

    struct Selector: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (inout Rule) -> Void
        init(_ name: String, _ change: @escaping @Sendable (inout Rule) -> Void) {
            testDescription = name
            self.change = change
        }
    }

    static let selectors = [
        Selector("source", { $0.source = prefix("10.1.0.0/16") }), Selector("mark", { $0.mark = 1 }),
        Selector("mask", { $0.markMask = 0xff }),
        Selector("tos", { $0.tos = 8 }), Selector("protocol", { $0.ipProtocol = 6 }),
        Selector("source ports", { $0.sourcePorts = .init(first: 1, last: 2) }),
        Selector("ports", { $0.destinationPorts = .init(first: 1, last: 2) }),
        Selector("user ids", { $0.userIDs = .init(first: 1, last: 2) }),
    ]

    @Test(arguments: selectors) func `every selector on the packet counts`(_ selector: Selector) {
        var rule = Fixture.rule(100, table: 7)
        #expect(first([rule] + Fixture.rules) == nil)
        selector.change(&rule)
        #expect(first([rule] + Fixture.rules) == 100)
        rule.destination = prefix("10.9.0.0/16")
        #expect(first([rule] + Fixture.rules) == nil, "its `to` excludes the address")
    }

    @Test func `from all is no selector`() {
        #expect(first([Fixture.rule(100, table: 7, from: "0.0.0.0/0")] + Fixture.rules) == nil)
    }

    @Test func `a rule for another input interface, for the node's own packets or of the other family is never met`() {
        #expect(first([Fixture.rule(100, table: 7, iif: "eth0", mark: 1)] + Fixture.rules) == nil)
        #expect(first([Fixture.rule(100, table: 7, iif: "hz", mark: 1)] + Fixture.rules) == 100)
        var output = Fixture.rule(100, table: 7, mark: 1)
        output.outputInterface = "eth0"
        #expect(first([output] + Fixture.rules) == nil)
        var six = Fixture.rule(100, table: 7, mark: 1)
        six.family = .ipv6
        #expect(first([six] + Fixture.rules) == nil)
    }

    @Test func `an inverted rule with nothing but a destination decides by the destination`() {
        let not = Fixture.rule(100, table: Route.mainTable, to: "10.9.0.0/16", inverted: true)
        #expect(first([not, Fixture.rule(200, table: 7, mark: 1)]) == nil, "it answers: the address is outside")
        let inside = Fixture.rule(100, table: Route.mainTable, to: "10.0.0.0/16", inverted: true)
        #expect(first([inside, Fixture.rule(200, table: 7, mark: 1)]) == 200, "it passes the address on")
    }

    @Test func `an inverted rule on the mark depends on the packet, unless its destination settles it`() {
        #expect(first([Fixture.rule(100, table: 7, mark: 1, inverted: true)] + Fixture.rules) == 100)
        let settled = Fixture.rule(100, table: Route.mainTable, to: "10.9.0.0/16", mark: 1, inverted: true)
        #expect(first([settled, Fixture.rule(200, table: 7, mark: 1)]) == nil)
    }
}
