import Kernel
import Model

/// The whole record of a run: entry 0 describes the run, entry n + 1 its hook n.
public struct PinnedRun: Hashable, Sendable {
    public var runID: String
    public var planID: String
    /// Cookie of the node's namespace.
    public var nodeNetns: UInt64
    public var cut: CutKind
    /// The legacy pins are being dropped: there is no way back any more.
    public var isFinalizing: Bool
    public var hooks: [PinnedHook]

    public init(
        runID: String, planID: String, nodeNetns: UInt64, cut: CutKind = .direct, isFinalizing: Bool = false,
        hooks: [PinnedHook]
    ) {
        self.runID = runID
        self.planID = planID
        self.nodeNetns = nodeNetns
        self.cut = cut
        self.isFinalizing = isFinalizing
        self.hooks = hooks
    }

    /// How many pairs of legacy program and replacement it has: they are numbered from 0.
    public var pairs: UInt32 { (hooks.compactMap(\.pair).max() ?? 0) + (hooks.contains { $0.pair != nil } ? 1 : 0) }
}

extension PinnedRun {
    static let cuts: [UInt32: CutKind] = [0: .direct, 1: .switch]
    /// In every layout: those before 3 left it zero.
    static let phaseOffset = 20

    /// Entry 0, as layout 3 has it.
    func header() -> [UInt8] {
        var writer = RecordWriter(size: PinnedHook.size)
        writer.put(PinnedHook.layoutVersion, at: 0)
        writer.put(UInt32(hooks.count), at: 4)
        writer.put(nodeNetns, at: 8)
        writer.put(UInt32(cut == .switch ? 1 : 0), at: 16)
        writer.put(UInt32(isFinalizing ? 1 : 0), at: Self.phaseOffset)
        writer.put(runID, at: 64, room: 64)
        writer.put(planID, at: 128, room: 128)
        return writer.bytes
    }

    /// From an entry 0 without a fault.
    init(_ header: RecordReader, hooks: [PinnedHook]) {
        let knowsSwitch = header.version > 2
        self.init(
            runID: header.text(at: 64, room: 64), planID: header.text(at: 128, room: 128),
            nodeNetns: header.number(at: 8),
            cut: knowsSwitch ? Self.cuts[header.number(at: 16)] ?? .direct : .direct,
            isFinalizing: header.number(at: Self.phaseOffset) == UInt32(1), hooks: hooks)
    }
}
