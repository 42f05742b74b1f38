import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// `make ledger` in short: the built command in cycles, every packet accounted for.
    @Suite struct LedgerOfCycles {
        /// Without the pods' namespaces, which the witness is in.
        private func nodesOwn(_ node: Node) throws -> [Substring] {
            try node.sh(
                """
                for dev in $(ip -br link | sed 's/[ @].*//'); do
                    echo "= $dev"
                    tc -d filter show dev $dev ingress
                    tc -d filter show dev $dev egress
                done
                ip route; ip -6 route
                find /sys/fs/bpf -mindepth 1 ! -path /sys/fs/bpf/migrate | sort
                """
            ).split(separator: "\n")
        }

        @Test func `every packet is by one side, and none is lost, with a shadow or without`() throws {
            try withNode(.fabric, pods: 4) { node in
                let profile = try Programs.root + "/docs/examples/fabric.yaml"
                let before = try nodesOwn(node)
                let options = Cycles.Options(
                    cycles: 5, packets: 3000, rate: 10_000, migrate: try Programs.migrate, profile: profile,
                    state: node.scratch + "/state")
                let account = try Cycles.run(in: node.lab, options)
                #expect(account.faults == [], "\(account)")
                #expect(account.rows.map(\.cycles) == [1, 2, 1, 1] && account.total.sent >= 15_000, "\(account.rows)")
                for row in account.rows {
                    #expect(row.byLegacy > 0 && row.byReplacement > 0, "\(row)")
                    #expect(row.byLegacy + row.byReplacement == row.sent, "\(row)")
                }
                // Each family and shape has frames on both sides, and so has TCP.
                #expect(account.flows == 72 && account.bulk.connections == 8)
                #expect(account.bulk.frames.byLegacy > 0 && account.bulk.frames.byReplacement > 0)
                #expect(account.hooks.handedToLegacy > 0 && account.hooks.legacyRuns > 0)
                #expect(try nodesOwn(node) == before)
                print(
                    "ledger: \(account.total.sent) datagrams in \(account.milliseconds) ms, \(account.total.lost) lost")
            }
        }
    }
}
