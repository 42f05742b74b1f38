import Model
import Testing

@testable import Inventory

struct RoutingWordsTests {
    @Test func `a rule reads as ip-rule prints it`() {
        let rules: [(Rule, String)] = [
            (Fixture.rule(0, table: 255), "from all lookup local"),
            (Fixture.rule(1, table: 253), "from all lookup default"),
            (Fixture.rule(512, table: 7, to: "10.0.0.5"), "from all to 10.0.0.5 lookup 7"),
            (Fixture.rule(9, table: 254, from: "10.1.0.0/16", iif: "hz"), "from 10.1.0.0/16 iif hz lookup main"),
            (Fixture.rule(9, table: 254, mark: 0x80, inverted: true), "not from all fwmark 0x80/0x80 lookup main"),
        ]
        for (rule, text) in rules { #expect(RoutingWords.line(rule).text == text) }
    }

    @Test func `a route has names for table, scope and protocol`() {
        var route = Fixture.route("10.0.0.5", dev: Fixture.vethA)
        route.scope = 253
        route.origin = 12
        let line = RoutingWords.line(route, Fixture.topology())
        #expect(line.interface == "va" && line.table == "main" && line.scope == "link" && line.protocol == "bird")
        let gone = RoutingWords.line(Fixture.route("10.0.0.5", dev: 99, table: 1000), Fixture.topology())
        #expect(gone.interface == "ifindex 99" && gone.table == "1000")
    }

    @Test func `IPv4 keeps local routes with the main table, and they are the local table's`() {
        let local = Fixture.route("192.168.0.10", dev: Fixture.uplink, kind: .local)
        #expect(RoutingWords.line(local, Fixture.topology()).table == "local")
    }

    @Test func `the rule that answered is found, and one that may have come before it`() {
        let answered = PacketRules.answering(
            address("10.0.0.6"), in: PacketRulesTests.amazon, answeredFrom: [Route.mainTable], inputInterface: "hz")
        #expect(answered.answering?.priority == 32766 && answered.packet?.priority == 1024)
        let plain = PacketRules.answering(
            address("10.0.0.5"), in: PacketRulesTests.amazon, answeredFrom: [Route.mainTable], inputInterface: "hz")
        #expect(plain.answering?.priority == 512 && plain.packet == nil)
        let none = PacketRules.answering(
            address("10.0.0.5"), in: Fixture.rules, answeredFrom: [], inputInterface: "hz")
        #expect(none.answering == nil && none.packet == nil)
    }
}
