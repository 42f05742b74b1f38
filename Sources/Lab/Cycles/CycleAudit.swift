import CKernel
import Glibc

/// Keeps which numbers belong to which cycle, and closes the account.
final class CycleAudit {
    let runs: HookRuns
    private let witness: Witness
    /// What the witness had counted when the counting of runs began.
    private let before: WitnessCounts
    private let begun = Clock.now()
    /// Where each cycle begins: the next number of each flow.
    private var cycles: [(kind: CycleKind, first: [UInt64])] = []

    /// - Parameter legacy: id of the legacy program.
    init(_ witness: Witness, legacy: UInt32) throws {
        self.witness = witness
        var opened = (counts: try witness.counts(), runs: try HookRuns(legacy: legacy))
        // A frame in between would be counted on one side only.
        while case let now = try witness.counts(), now != opened.counts {
            opened = (now, try HookRuns(legacy: legacy))
        }
        before = opened.counts
        runs = opened.runs
    }

    func begin(_ kind: CycleKind, _ traffic: CycleTraffic) {
        // What was sent before the first cycle is the first one's.
        cycles.append((kind, cycles.isEmpty ? traffic.flows.map { _ in 0 } : traffic.flows.map(\.sent)))
    }

    /// Ends the traffic and counts.
    func close(_ traffic: CycleTraffic) throws -> CycleAccount {
        let arrivals = try traffic.stop()
        let milliseconds = (Clock.now() - begun) / 1_000_000
        let (counts, legacyRuns) = try settled()
        let marks = try witness.read()
        var rows: [CycleKind: CycleAccount.Row] = [:]
        for (flow, arrivals) in zip(traffic.flows, arrivals) { add(flow, arrivals, marks, to: &rows) }
        for cycle in cycles { rows[cycle.kind, default: .init()].cycles += 1 }
        let switches = runs.switches
        let udp = frames(counts, WITNESS_UDP), tcp = frames(counts, WITNESS_TCP)
        return CycleAccount(
            milliseconds: milliseconds, flows: traffic.flows.count,
            rows: rows.sorted { $0.key.name < $1.key.name }.map { kind, row in
                var row = row
                row.kind = kind
                return row
            },
            datagrams: udp,
            bulk: CycleAccount.Bulk(
                connections: traffic.streams.count, bytesSent: traffic.streams.reduce(0) { $0 + $1.sent },
                bytesReceived: traffic.streams.reduce(0) { $0 + $1.received },
                differing: traffic.streams.reduce(0) { $0 + $1.differing },
                retransmitted: traffic.streams.reduce(0) { $0 + $1.retransmitted }, frames: tcp),
            hooks: CycleAccount.Hooks(
                frames: counts.frames(WITNESS_SENT), legacyRuns: legacyRuns, switchRuns: switches.runs,
                handedToLegacy: switches.toLegacy, redirected: switches.redirected, passed: switches.passed,
                fellForward: switches.fellForward,
                arrivedByReplacement: udp.byReplacement + tcp.byReplacement),
            droppedByReceiver: traffic.drops)
    }

    /// Once nothing moves any more: acknowledgements come late.
    private func settled() throws -> (WitnessCounts, legacyRuns: UInt64) {
        var last = try witness.counts()
        for _ in 0..<20 {
            usleep(300_000)
            let legacyRuns = try runs.legacyRuns(), now = try witness.counts()
            if now == last { return (now - before, legacyRuns) }
            last = now
        }
        throw LabError(.system, "close the ledger", facts: ["the pods send on though the traffic was ended"])
    }

    private func frames(_ counts: WitnessCounts, _ kind: witness_class) -> CycleAccount.Frames {
        CycleAccount.Frames(
            sent: counts.frames(WITNESS_SENT, kind), byLegacy: counts.frames(WITNESS_BY_LEGACY, kind),
            byReplacement: counts.frames(WITNESS_BY_REPLACEMENT, kind),
            byOthers: counts.frames(WITNESS_BY_STACK, kind) + counts.frames(WITNESS_BY_UNKNOWN, kind))
    }

    private func add(
        _ flow: NumberedFlow, _ arrivals: Arrivals, _ marks: WitnessMarks, to rows: inout [CycleKind: CycleAccount.Row]
    ) {
        for (index, cycle) in cycles.enumerated() {
            let end = index + 1 < cycles.count ? cycles[index + 1].first[flow.index] : flow.sent
            var row = CycleAccount.Row()
            for number in cycle.first[flow.index]..<end {
                row.sent += 1
                switch marks.mark(flow: flow.index, number).intersection([.legacy, .replacement]) {
                case .legacy: row.byLegacy += 1
                case .replacement: row.byReplacement += 1
                case []: row.byNeither += 1
                default: row.byBoth += 1
                }
                if !arrivals.seen.contains(number) { row.lost += 1 }
            }
            let range = cycle.first[flow.index]..<end
            row.duplicated = UInt64(arrivals.copies.count(where: range.contains))
            row.reordered = UInt64(arrivals.overtaken.count(where: range.contains))
            rows[cycle.kind, default: .init()].add(row)
        }
    }
}
