import Model
import Testing

@testable import Inventory

struct FilteringAdviceTests {
    private func filter(
        _ hook: String = "forward", family: String = "inet", netns: UInt64? = Fixture.node, rules: Int? = 1,
        policy: String? = "accept", table: String = "t"
    ) -> PacketFilter {
        PacketFilter(
            netns: netns, kind: .nftables, family: family, hook: hook, priority: 0, type: "filter", table: table,
            chain: "c", policy: policy, rules: rules)
    }

    @Test func `nothing filters: said so, and no warning`() {
        #expect(FilteringAdvice.line([], membership: .onLink) == "nothing filters forwarded packets here")
        #expect(FilteringAdvice.warnings([], membership: .onLink).isEmpty)
    }

    @Test func `under on-link what is skipped is named, and legacy-keys advised`() {
        let found = FilteringAdvice.warnings([filter()], membership: .onLink)
        #expect(found.map(\.code) == [Code.filtersSkipped.text])
        #expect(found.first?.message == "widened destinations, now and later, skip nftables inet t/c (forward)")
        #expect(found.first?.remedy.contains("--membership legacy-keys") == true)
        #expect(FilteringAdvice.line([filter()], membership: .onLink).contains("legacy-keys keeps them out"))
    }

    @Test func `under legacy-keys nothing new is skipped`() {
        #expect(FilteringAdvice.warnings([filter()], membership: .legacyKeys).isEmpty)
        #expect(FilteringAdvice.line([filter()], membership: .legacyKeys).hasPrefix("nftables inet t/c (forward): "))
    }

    @Test(arguments: ["prerouting", "forward", "postrouting"]) func `the forward path has three hooks`(_ hook: String) {
        #expect(FilteringAdvice.warnings([filter(hook)], membership: .onLink).count == 1)
    }

    @Test(arguments: ["input", "output", "ingress", "egress"])
    func `local packets and interfaces are another matter`(_ hook: String) {
        #expect(FilteringAdvice.warnings([filter(hook)], membership: .onLink).isEmpty)
    }

    @Test(arguments: ["arp", "bridge", "netdev"]) func `other families see no forwarded IP packet`(_ family: String) {
        #expect(FilteringAdvice.warnings([filter(family: family)], membership: .onLink).isEmpty)
    }

    @Test func `a chain without rules that accepts does nothing; one that drops or cannot be looked into counts`() {
        #expect(FilteringAdvice.warnings([filter(rules: 0)], membership: .onLink).isEmpty)
        #expect(FilteringAdvice.warnings([filter(rules: 0, policy: "drop")], membership: .onLink).count == 1)
        #expect(FilteringAdvice.warnings([filter(rules: nil, policy: nil)], membership: .onLink).count == 1)
    }

    @Test func `only the node's own count, and those of no known namespace`() {
        let snapshot = Fixture.snapshot {
            $0.filters = [
                filter(table: "here"), filter(netns: Fixture.podA, table: "pod"), filter(netns: nil, table: "anywhere"),
            ]
        }
        #expect(FilteringAdvice.filters(snapshot).map(\.table) == ["here", "anywhere"])
    }

    @Test func `many are counted, not listed`() {
        let many = (1...6).map { filter(table: "t\($0)") }
        #expect(FilteringAdvice.line(many, membership: .onLink).contains("t4/c (forward) and 2 more: "))
    }

    @Test func `what is delivered only afterwards skips them in every membership`() {
        let healed = (1...5).map { address("10.0.0.\($0)") }
        for membership in Membership.allCases {
            let found = FilteringAdvice.warnings([filter()], membership: membership, healed: healed)
            #expect(found.last?.code == Code.healedSkip.text)
            #expect(found.last?.message.hasPrefix("10.0.0.1, 10.0.0.2, 10.0.0.3 and 2 more: ") == true)
            #expect(FilteringAdvice.warnings([], membership: membership, healed: healed).isEmpty)
        }
        #expect(
            FilteringAdvice.line([filter()], membership: .legacyKeys, healed: healed)
                == "nftables inet t/c (forward): skipped by what is redirected today, and by 10.0.0.1, 10.0.0.2, 10.0.0.3 and 2 more afterwards"
        )
    }
}
