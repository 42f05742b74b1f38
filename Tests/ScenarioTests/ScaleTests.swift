import Inventory
import Kernel
import Lab
import Model
import Store
import TestSupport
import Testing

extension ScenarioSuite {
    /// Maps of many entries: judged by likeness, on two threads, with nothing kept of an entry but its row.
    @Suite struct Scale {
        private static let entries = 100_000

        /// The lab's pods, and strangers of every sort: interfaces that are there, that are gone, that are an uplink;
        /// MACs of pods and of nobody; addresses behind the gateway, on the link, local, of a blackhole, of multicast.
        private func fill(_ node: TestNode) throws {
            try node.sh(
                "ip route add blackhole 10.77.0.0/20; ip rule add to 10.78.0.0/20 fwmark 7 lookup 99 priority 60")
            let pods = [try node.entry(of: "pod1"), try node.entry(of: "pod2")]
            let uplink = try #require(
                UInt32(
                    try node.sh(
                        "ip -o link show $(ip route show default | awk '{ print $5 }') | cut -d: -f1 | tr -d '\\n'")))
            let starts: [UInt32] = [0x0b00_0000, 0x0a4d_0000, 0x0a4e_0000, 0xe000_0000, 0x0a80_0000]
            try node.replaceMap(size: Self.entries) { number in
                var address = starts[number % starts.count] + UInt32(number)
                var ifindex = [pods[0].ifindex, pods[1].ifindex, uplink, 70_000 + UInt32(number % 100)][number % 4]
                var mac = number % 3 == 0 ? pods[0].mac : MACAddress(value: 0x0200_0000_0000 + UInt64(number))
                if number < 2, case .v4(let held) = pods[number].address {
                    (address, ifindex, mac) = (held, pods[number].ifindex, pods[number].mac)
                }
                return (
                    IPAddress.v4(address).networkBytes,
                    withUnsafeBytes(of: ifindex.littleEndian) { Array($0) } + mac.bytes + [0, 0]
                )
            }
        }

        @Test func `judged by likeness is judged as well`() throws {
            try withNode { node in
                try fill(node)
                let state = try StateScratch()
                let plan = try node.plan(.onLink, in: state.store)
                let singly = try node.plan(.onLink, judgesSingly: true)
                #expect(plan.document.entriesTotal == Self.entries)
                #expect(plan.document.verdicts == singly.document.verdicts)
                #expect(plan.document.effects == singly.document.effects)
                #expect(plan.document.verdicts.count >= 4, "\(plan.document.verdicts)")
                #expect(plan.document.entries == singly.document.entries)
                #expect(plan.document.entries.count == PlanDocument.listLimit)
                #expect(plan.document.entries.map(\.address) == plan.document.entries.map(\.address).sorted())
                #expect(plan.document.membership == singly.document.membership)
                #expect(plan.blocked == singly.blocked)
                #expect(plan.delivered.map(\.finding) == singly.delivered.map(\.finding))
                #expect(plan.delivered.map(\.finding.address).contains(try node.pod1.address))
                // Every entry is in the store, with its answer.
                let read = plan.snapshot.maps.reduce(0) { $0 + $1.entries }
                #expect(try state.store.entryCount(snapshotID: plan.snapshot.id) == read && read > Self.entries)
                let findings = try state.store.findings(planID: plan.document.planID)
                #expect(findings.count == Self.entries)
                let counts = Dictionary(grouping: findings, by: \.verdict.rawValue).mapValues(\.count)
                #expect(counts == plan.document.verdicts)
                let map = try #require(plan.snapshot.maps.first)
                #expect(map.entries == Self.entries)
                // Nobody changes it; whether each key was alone in its part is chance.
                #expect(map.activity?.keysChanged == 0)
                #expect(plan.warning(.secondDoorUnanswered) != nil, "a sample is said to be one")
                try node.sh("rm -r \(TestNode.bpffs)/big")
            }
        }

        /// The database's disk is full in the middle: the reading side ends, too, and nothing is half there.
        @Test func `a full disk leaves nothing half-saved`() throws {
            try withNode { node in
                try fill(node)
                let state = try StateScratch()
                let first = try node.plan(.onLink, in: state.store)
                try state.limitPages(by: 100)
                let error = #expect(throws: MigrateError.self) { try node.plan(.onLink, in: state.store) }
                #expect(error?.code == .diskFull, "\(String(describing: error))")
                try state.limitPages(by: 1_000_000)
                #expect(try state.store.snapshots().map(\.id) == [first.snapshot.id])
                #expect(try state.store.plans().count == 1)
                #expect(try state.rows("entry_rows") == first.snapshot.maps.reduce(0) { $0 + $1.entries })
                #expect(try state.rows("answer_rows WHERE snapshot_id <> '\(first.snapshot.id)'") == 0)
                #expect(throws: Never.self) { try node.plan(.onLink, in: state.store) }
                try node.sh("rm -r \(TestNode.bpffs)/big")
            }
        }

        /// What is open stays: the pin may go, and so may the program.
        @Test func `a map that is unpinned while it is read is read to its end`() throws {
            try withNode { node in
                try fill(node)
                let done = Progress()
                let plan = try node.plan(
                    .onLink,
                    progress: { count, limit in
                        if done.note(count, limit) { _ = try? node.sh("rm \(TestNode.bpffs)/ambient/app_info") }
                    })
                #expect(plan.document.entriesTotal == Self.entries)
                #expect(done.last == Self.entries && done.limit == Self.entries)
                let error = #expect(throws: MigrateError.self) { try node.plan(.onLink) }
                #expect(error?.code == .notHere)
                try node.sh("rm -r \(TestNode.bpffs)/big")
            }
        }

        @Test func `a map that somebody writes meanwhile shows it`() throws {
            try withNode { node in
                try fill(node)
                let done = Progress()
                let deletions = (1...1_000).map { number in
                    let key = IPAddress.v4(0x0b00_0000 + UInt32(number * 5)).networkBytes.map(String.init)
                    return "map delete pinned \(TestNode.bpffs)/ambient/app_info key \(key.joined(separator: " "))"
                }
                try node.sh("cat >/tmp/migrate-deletions <<'EOF'\n\(deletions.joined(separator: "\n"))\nEOF")
                defer { _ = try? node.sh("rm /tmp/migrate-deletions") }
                let plan = try node.plan(
                    .onLink,
                    progress: { count, limit in
                        // A part of the map has been read, and the reader waits: of that part it will miss some the second time.
                        if done.note(count, limit) { _ = try? node.sh("bpftool batch file /tmp/migrate-deletions") }
                    })
                let activity = try #require(plan.snapshot.maps.first?.activity)
                let removed = try #require(activity.removed)
                #expect(removed > 0 && removed < 1_000 && activity.keysChanged == removed, "\(activity)")
                #expect(activity.intervalMs > 0 && !activity.isExact)
                try node.sh("rm -r \(TestNode.bpffs)/big")
            }
        }

        @Test func `a plan that is not approved is not kept`() throws {
            try withNode { node in
                let state = try StateScratch()
                let refusal = MigrateError(.stalePlan, "no", remedy: "Look:  ls")
                let error = #expect(throws: MigrateError.self) {
                    try node.plan(.onLink, in: state.store, approve: { _ throws(MigrateError) in throw refusal })
                }
                #expect(error?.code == .stalePlan)
                #expect(try state.store.snapshots().isEmpty && state.store.plans().isEmpty)
                #expect(try state.rows("entry_rows") == 0)
            }
        }
    }
}

/// What a plan said of how far it is.
private final class Progress {
    private(set) var last = 0
    private(set) var limit = 0
    private var calls = 0

    /// True the first time.
    func note(_ count: Int, _ limit: Int) -> Bool {
        (last, self.limit) = (count, limit)
        calls += 1
        return calls == 1
    }
}
