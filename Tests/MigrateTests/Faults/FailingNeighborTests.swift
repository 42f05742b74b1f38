import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// What becomes of a pod in the window, and of its packets: by the replacement, by the legacy program, lost.
    @Suite struct FailingNeighbors {
        /// Sends to two pods while `body` happens, and for a second after it.
        private func ledger(_ node: Node, while body: () throws -> Void) throws -> Ledger {
            let traffic = try Traffic.start(
                in: node.lab, TrafficOptions(pods: ["pod1", "pod2"], rate: 200, seconds: 600))
            do {
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                try body()
            } catch {
                _ = traffic.stop()
                throw error
            }
            node.wait(seconds: 1)
            return traffic.stop()
        }

        /// Lost or delivered, each packet once; and none of another pod's is lost.
        private func account(_ ledger: Ledger, _ what: String, lost: Range<UInt64>) {
            let (one, other) = (ledger.count("pod1"), ledger.count("pod2"))
            #expect(lost.contains(one.sent - one.received), "\(what): \(ledger)")
            #expect(other.sent == other.received, "\(what): \(ledger)")
            #expect(ledger.flows.allSatisfy { $0.duplicated == 0 }, "\(what): \(ledger)")
            print(
                "\(what): pod1 was sent \(one.sent), lost \(one.sent - one.received); the others' lost \(other.sent - other.received)"
            )
        }

        @Test func `a new MAC that is announced: the replacement follows, the run stays`() throws {
            try withNode(pods: 2) { node in
                let apply = try node.waiting(try node.plan())
                let ledger = try ledger(node) { try node.lab.renew("pod1", announced: true) }
                // Those on their way while the pod's device changed.
                account(ledger, "a new MAC, announced", lost: 0..<60)
                #expect(try node.burst(["pod1", "pod2"], ipv6: false).isClean)
                #expect(try node.status().state == "provisional")
                // The map has not heard of it: taken back before the agent has, the pod is lost by the map's fault.
                try node.letAgentCatchUp(["pod1"])
                apply.send(SIGINT)
                #expect(try apply.wait() == 20, "\(apply.said)")
                #expect(try node.burst(["pod1", "pod2"], ipv6: false).isClean)
            }
        }

        @Test func `a pod that stops answering while somebody waits: taken back at once, no packet unaccounted for`()
            throws
        {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                let before = try node.proxyFilters()
                let apply = try node.waiting(plan)
                let ledger = try ledger(node) {
                    try node.silence("pod1")
                    #expect(try apply.wait() == 20, "\(apply.said)")
                }
                #expect(apply.said.contains("[\(Code.unhealthy.text)]"), "\(apply.said)")
                // Three requests, a second apart, at most, and what the rollback takes; on a machine that is busy, twice that.
                account(ledger, "silent, somebody waits", lost: 1..<2400)
                #expect(try node.proxyFilters() == before)
                #expect(try node.burst(["pod1", "pod2"], ipv6: false).isClean)
            }
        }

        /// Under traffic such a neighbor is hardly ever seen as failed: it is being asked for again and again.
        @Test func `a pod that stops answering while nobody waits: confirm finds out, and takes it back`() throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                let before = try node.proxyFilters()
                try node.provisional(plan)
                let ledger = try ledger(node) {
                    try node.silence("pod1")
                    node.wait(seconds: 4)
                    #expect(try node.status().state == "provisional")
                    let run = try node.run(verb: "confirm", exit: 20, code: .unhealthy)
                    #expect(run.state == .rolledBack && run.reason == .health && run.proof?.identical == true)
                }
                account(ledger, "silent, nobody waits, confirm", lost: 400..<3000)
                #expect(try node.proxyFilters() == before)
                #expect(try node.burst(["pod1", "pod2"], ipv6: false).isClean)
            }
        }
    }
}
