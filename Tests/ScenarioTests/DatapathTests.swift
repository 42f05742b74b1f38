import Glibc
import Inventory
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// Packets, counted one by one, while the program under them is replaced for real.
    @Suite struct Datapath {
        @Test(arguments: Membership.allCases)
        func `not a packet is lost through cycles of apply and rollback`(_ membership: Membership) throws {
            try withNode(pods: 3) { node in
                let before = try node.filters("hz")
                let plan = try node.plan(membership)
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2", "pod3"], rate: 2000, seconds: 600))
                while traffic.receivedSoFar < 300 { usleep(10_000) }
                for _ in 1...6 {
                    let run = try node.mustApply(plan)
                    usleep(100_000)
                    let counters = try node.counters(run.replacement)
                    #expect(counters["redirected", default: 0] > 0, "traffic never met the replacement")
                    #expect(counters["dropped"] == 0 && counters["error"] == 0)
                    let restored = try node.rollback(run.runID)
                    #expect(restored.proof.identical && restored.state == .rolledBack && restored.changed)
                    #expect(try node.filters("hz") == before)
                }
                let ledger = traffic.stop()
                #expect(ledger.isClean && ledger.sent > 1000, "\(ledger)")
            }
        }

        /// cb[4] is what makes app_inbound let them pass: without it every packet returns to the proxy.
        @Test(arguments: Membership.allCases)
        func `enrolled pods are reached, because the mark survives`(_ membership: Membership) throws {
            try withNode { node in
                let run = try node.mustApply(try node.plan(membership))
                let ledger = try node.burst(["pod1", "pod2"])
                #expect(ledger.isClean)
                #expect(try node.counters(run.replacement)["redirected"] == ledger.sent)
                #expect(try node.filters("pod1", "egress").contains("app_inbound"))
                try node.rollback(run.runID)
            }
        }

        @Test func `the mark is the reason: another one, and nothing arrives`() throws {
            try withNode { node in
                var profile = try TestNode.profile()
                profile.contract.controlBlock?.value = 0x1234
                let run = try node.mustApply(try node.plan(.onLink, profile: profile))
                #expect(try node.burst(["pod1"]).received == 0)
                try node.rollback(run.runID)
                #expect(try node.burst(["pod1"]).isClean)
            }
        }

        @Test(arguments: Membership.allCases)
        func `an idle pod is reached from the first packet on`(_ membership: Membership) throws {
            try withNode(pods: 1, faults: true) { node in
                try node.lab.mend()
                let idle = try node.lab.pod("idle")
                let plan = try node.plan(membership)
                #expect(try plan.judged(idle.address) == "unresolved-neighbor/same")
                let run = try node.mustApply(plan)
                #expect(try node.sh("ip neigh show \(idle.address)").contains("\(idle.mac)"), "it was not warmed")
                #expect(try node.burst(["idle"]).isClean)
                // Without warming too: the kernel resolves and keeps the packets that wait.
                try node.sh("ip neigh del \(idle.address) dev idle")
                #expect(try node.burst(["idle"], rate: 50).isClean)
                try node.rollback(run.runID)
            }
        }

        @Test func `what is no key goes through the stack`() throws {
            try withNode { node in
                let run = try node.mustApply(try node.plan(.legacyKeys))
                let before = try node.forwarded()
                let ledger = try node.burst(["plain"])
                #expect(ledger.isClean)
                let counters = try node.counters(run.replacement)
                #expect(counters["not_member"] == ledger.sent && counters["redirected"] == 0)
                #expect(try node.forwarded() - before >= ledger.sent)
                try node.rollback(run.runID)
            }
        }

        @Test func `a key whose route is gone is dropped and counted, not given to the stack`() throws {
            try withNode { node in
                let run = try node.mustApply(try node.plan(.legacyKeys))
                try node.sh("ip route del \(node.pod1.address)")
                let before = try node.forwarded()
                let ledger = try node.burst(["pod1"])
                #expect(ledger.received == 0 && ledger.sent > 0)
                let counters = try node.counters(run.replacement)
                #expect(counters["gateway"] == ledger.sent && counters["dropped"] == ledger.sent)
                #expect(try node.forwarded() - before < ledger.sent / 10)
                // The map's answer, once it is asked again, still reaches it.
                try node.rollback(run.runID)
                #expect(try node.burst(["pod1"]).isClean)
            }
        }

        @Test(arguments: Membership.allCases)
        func `a stale pod: black-holed, healed, and black-holed again`(_ membership: Membership) throws {
            try withNode(pods: 1, faults: true) { node in
                try node.lab.mend()
                let stale = ["stale", "wrong-mac"]
                #expect(try node.burst(stale).received == 0)
                let plan = try node.plan(membership)
                for pod in stale { #expect(try plan.finding(node.lab.pod(pod).address).effect == .healed) }
                let run = try node.mustApply(plan)
                #expect(try node.burst(stale).isClean)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try node.burst(stale).received == 0)
            }
        }

        /// What `broken` says of a permanent wrong neighbor: found again after warming, and undone.
        @Test func `an entry that breaks between plan and replacement undoes the run`() throws {
            try withNode { node in
                let plan = try node.plan()
                try node.sh("ip neigh replace \(node.pod1.address) lladdr 02:00:00:00:00:01 dev pod1 nud permanent")
                let result = try node.apply(plan)
                guard case .undone(let cause, _, let restoration) = result.result else {
                    Issue.record("committed although an entry breaks")
                    return
                }
                #expect(cause.code == .rolledBack && restoration?.proof.identical == true)
                #expect(cause.facts == ["\(try node.pod1.address): neighbor-differs"])
                #expect(try node.burst(["pod1"]).isClean)
            }
        }

        /// What the deployment's owner made permanent stays so: warming must not take it away.
        @Test func `permanent neighbors stay permanent`() throws {
            try withNode { node in
                try node.sh("ip neigh replace \(node.pod1.address) lladdr \(node.pod1.mac) dev pod1 nud permanent")
                let run = try node.mustApply(try node.plan())
                #expect(try node.burst(["pod1"]).isClean)
                #expect(try node.sh("ip neigh show \(node.pod1.address)").contains("PERMANENT"))
                try node.rollback(run.runID)
            }
        }

        @Test(arguments: [Membership.onLink]) func `--egress mac reaches the pods as well`(_ membership: Membership)
            throws
        {
            try withNode { node in
                let plan = try node.plan(membership, egress: .mac)
                #expect(plan.document.decision.replacement.fibFlags == 0)
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1", "pod2"]).isClean)
                try node.rollback(run.runID)
            }
        }
    }
}

extension TestNode {
    /// IPv4 packets that the node's stack forwarded (`ForwDatagrams` of /proc/net/snmp).
    func forwarded() throws -> UInt64 {
        let rows = try sh("cat /proc/net/snmp").split(separator: "\n").filter { $0.hasPrefix("Ip:") }.map {
            $0.split(separator: " ")
        }
        let column = try #require(rows.first?.firstIndex(of: "ForwDatagrams"))
        return try #require(UInt64(rows[1][column]))
    }
}
