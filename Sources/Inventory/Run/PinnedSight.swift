import FoundationEssentials
import Kernel
import Model

/// A run that the database at hand does not know, as its pins have it: another database was in use, or it is lost.
public struct PinnedSight: Sendable {
    /// As far as the pins tell; without hooks.
    public var record: RunRecord
    public var outlook: RunOutlook
    public var cell: CellReading

    /// Reads the run's record and cell; where neither is pinned, little is known.
    public init(_ runID: String, _ bpffs: BPFFileSystem) {
        let directory = "\(bpffs.path)/migrate/\(runID)"
        let pins = RunPinNames(directory)
        let values = (try? Self.values(directory)) ?? []
        let node = Host.nodeName()
        record = RunRecord(
            id: runID, planID: values.first.map { Self.text($0, at: 128, room: 128) } ?? "", bootID: Host.bootID(),
            node: node, nodeNetns: 0, pinDirectory: directory,
            state: pins.isOfFinalized ? .finalized : .installing,
            cut: pins.has(PinName.cell) ? .switch : .direct, startedAt: Date(), hooks: [])
        let switches = values.dropFirst().map { Self.number($0, at: 44) }.filter { $0 != 0 }
        let isShadow = switches.contains { id in
            (try? BPFProgram(id: id).record.reference).map(ShadowObject.isSlotShadow) == true
        }
        if isShadow { record.purpose = .shadow }
        let sight = RunSight(record)
        cell = sight.cell
        let fallForward = cell.sight.map { pins.fallForward(switches, whileCellIs: $0.effectiveState) }
        outlook = RunOutlook(
            record, cell: cell, isFinalizing: sight.isFinalizing, fallForward: fallForward ?? .none,
            hasControl: sight.hasControl, bootID: record.bootID, node: node, again: "migrate plan")
        let end = sight.isFinalizing ? "finish what finalize began, from the" : "undo the run from its"
        outlook.next = NextStep(
            what: "name the database that knows run \(runID), with --db; where it is lost, \(end) pins",
            command: "migrate \(sight.isFinalizing ? "finalize" : "rollback") --node \(node) --from-pins \(runID)")
    }

    /// Whether nothing but the sets of a finalized run is there, which its programs ask for as long as they are attached.
    public var isFinalized: Bool { record.state == .finalized }

    /// Runs that have pins and are none of these, without those that are final.
    public static func unknown(_ bpffs: BPFFileSystem, known: some Sequence<String>) -> [String] {
        let known = Set(known)
        return RunInspector.pinnedRuns(bpffs).filter { id in
            !known.contains(id) && !RunPinNames("\(bpffs.path)/migrate/\(id)").isOfFinalized
        }
    }

    // MARK: The record (docs/pins.md)

    private static func values(_ directory: String) throws(KernelError) -> [[UInt8]] {
        let map = try BPFMap(pin: "\(directory)/\(PinName.record)")
        return try map.entries().map { Array($0.value) }.filter { $0.count >= 256 }
    }

    /// Little-endian.
    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func text(_ bytes: [UInt8], at offset: Int, room: Int) -> String {
        String(decoding: bytes[offset..<offset + room].prefix { $0 != 0 }, as: UTF8.self)
    }
}
