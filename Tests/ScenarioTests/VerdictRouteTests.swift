import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Verdicts that follow from where the FIB sends a packet.
    @Suite struct RouteVerdicts {
        @Test func `all as it should be: match, same, nothing blocks`() throws {
            try withNode { node in
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "match/same")
                #expect(try plan.judged(node.pod2.address) == "match/same")
                #expect(plan.blocked == [])
                #expect(plan.document.hooks.filter { $0.action == .replace }.map(\.interface) == ["hz"])
                #expect(try plan.document.isIntact())
            }
        }

        @Test func `an address of the node itself: local-address`() throws {
            try withNode { node in
                try node.sh("ip addr add \(node.pod1.address)/32 dev lo")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "local-address/broken")
                #expect(plan.blocker(.brokenEntries) != nil)
            }
        }

        @Test func `neither a route nor a default one: no-route`() throws {
            try withNode { node in
                try node.sh("ip route del default; ip route del \(node.pod1.address)")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "no-route/broken")
                #expect(try plan.finding(node.pod1.address).kernel.lookup == "not-forwarded")
                #expect(
                    plan.blocker(.brokenEntries)?.remedy.contains("ip route add \(try node.pod1.address) dev pod1")
                        == true)
            }
        }

        @Test(arguments: ["blackhole", "prohibit", "unreachable"])
        func `a route that refuses: unreachable`(kind: String) throws {
            try withNode { node in
                try node.sh("ip route del \(node.pod1.address); ip route add \(kind) \(node.pod1.address)")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "unreachable/broken")
                #expect(try plan.finding(node.pod1.address).note.contains(kind))
                #expect(plan.blocked == [Code.brokenEntries.text])
            }
        }

        @Test func `only the default route: via-gateway`() throws {
            try withNode { node in
                try node.sh("ip route del \(node.pod1.address)")
                let plan = try node.plan()
                let finding = try plan.finding(node.pod1.address)
                #expect(try plan.judged(node.pod1.address) == "via-gateway/broken")
                #expect(finding.kernel.gateway?.description == "192.0.2.1" && finding.kernel.interface == "gw0")
                #expect(plan.blocker(.brokenEntries) != nil)
            }
        }

        @Test func `a multipath route: depends-on-packet`() throws {
            try withNode { node in
                try node.sh("ip route replace \(node.pod1.address) nexthop dev pod1 nexthop dev pod2")
                let plan = try node.plan()
                #expect(try plan.finding(node.pod1.address).verdict == .dependsOnPacket)
                #expect(plan.blocker(.packetDependent)?.message.contains("a multipath route") == true)
            }
        }

        @Test(arguments: ["fwmark 1", "from 10.9.0.2", "tos 0x10", "ipproto tcp", "to 10.9.0.0/24 dport 80"])
        func `a rule that looks at the packet: depends-on-packet`(selector: String) throws {
            try withNode { node in
                try node.sh("ip rule add \(selector) lookup 100 priority 50")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "depends-on-packet/same")
                #expect(try plan.finding(node.pod1.address).note.contains("rule 50"))
                #expect(plan.blocked == [Code.packetDependent.text])
            }
        }

        @Test(arguments: ["to 10.8.0.0/16 fwmark 1", "iif pod1 fwmark 1", "oif gw0 fwmark 1"])
        func `a rule that cannot meet the packet is left aside`(selector: String) throws {
            try withNode { node in
                try node.sh("ip rule add \(selector) lookup 100 priority 50")
                let plan = try node.plan()
                #expect(try plan.judged(node.pod1.address) == "match/same")
                #expect(plan.blocked == [])
            }
        }

        @Test func `a rule behind the one that answers is never reached`() throws {
            try withNode { node in
                try node.sh("ip rule add fwmark 1 lookup 100 priority 40000")
                #expect(try node.plan().judged(node.pod1.address) == "match/same")
            }
        }
    }
}
