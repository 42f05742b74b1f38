import Kernel
import Model

/// One hook of a run as the record map keeps it: place, attributes, and the programs.
public struct PinnedHook: Hashable, Sendable {
    /// As it was before the run; namespace inode 0, for only the cookie identifies it.
    public var before: Hook
    /// Id of our program in the slot, the switch or the direct replacement; 0 before it was loaded.
    public var replacementID: UInt32
    /// Which pair of legacy program and replacement it is of, from 0: names its slot and its plain replacement. `nil`:
    /// replaced directly.
    public var pair: UInt32?
    /// Id of the replacement that `finalize` puts in the switch's place; 0: none, or not loaded yet.
    public var plainID: UInt32
    /// For a hook at tcx everything that was attached there, itself included; `nil` where that is not known.
    public var list: TCXList?

    public init(
        before: Hook, replacementID: UInt32, pair: UInt32? = nil, plainID: UInt32 = 0, list: TCXList? = nil
    ) {
        self.before = before
        self.replacementID = replacementID
        self.pair = pair
        self.plainID = plainID
        self.list = list
    }

    /// Our programs that may be in the slot: in the middle of finalizing it is either.
    public var ours: [UInt32] { [plainID, replacementID].filter { $0 != 0 } }
}

extension PinnedHook {
    /// Bytes of a value in the record map: those of layout 1, then the list at tcx, then what `finalize` needs.
    public static let size = switchOffset + 32
    /// Of the layout that is written; the earlier ones are read.
    public static let layoutVersion: UInt32 = 3
    /// Layout 1 knew filters only, layout 2 no switch.
    static let sizes: [UInt32: Int] = [1: 1024, 2: switchOffset, 3: size]
    static let switchOffset = 1024 + 8 * TCXList.limit
    /// Where a layout that is not known here says from which earlier one on its bytes may be read as well; 0: as none.
    static let readAsOffset = size - 4
    /// The pair of a hook that is replaced directly.
    static let noPair = UInt32.max

    /// Fixed places, host byte order, texts zero-terminated (docs/pins.md).
    func encoded() -> [UInt8] {
        var writer = RecordWriter(size: Self.size)
        let filter = before.filter
        let bpf = filter?.bpf
        writer.put(Self.layoutVersion, at: 0)
        writer.put(Self.kinds.first { $0.value == before.kind }?.key ?? 0, at: 4)
        writer.put(before.netns.cookie, at: 8)
        writer.put(before.ifindex, at: 16)
        writer.put(filter?.parent ?? 0, at: 20)
        writer.put(before.chain, at: 24)
        writer.put(before.handle, at: 28)
        writer.put(UInt32(before.priority), at: 32)
        writer.put(UInt32(before.etherType), at: 36)
        writer.put(before.program?.id ?? 0, at: 40)
        writer.put(replacementID, at: 44)
        let present: UInt32 =
            (bpf?.name == nil ? 0 : 1) | (bpf?.classID == nil ? 0 : 2) | (bpf?.flags == nil ? 0 : 4)
            | (bpf?.offloadFlags == nil ? 0 : 8)
        writer.put(present, at: 48)
        writer.put(bpf?.classID ?? 0, at: 52)
        writer.put(bpf?.flags ?? 0, at: 56)
        writer.put(bpf?.offloadFlags ?? 0, at: 60)
        writer.put(before.interface, at: 64, room: 64)
        writer.put(before.program?.name ?? "", at: 128, room: 32)
        writer.put(before.program?.tag ?? "", at: 160, room: 32)
        writer.put(bpf?.tag ?? "", at: 192, room: 32)
        writer.put(bpf?.name ?? "", at: 256, room: 256)
        writer.put(before.netns.path ?? "", at: 512, room: 512)
        if before.kind == .tcx { put(tcx: before.attachment, in: &writer) }
        writer.put(pair ?? Self.noPair, at: Self.switchOffset)
        writer.put(plainID, at: Self.switchOffset + 4)
        return writer.bytes
    }

    static let kinds: [UInt32: HookKind] = [0: .clsact, 1: .ingress, 2: .tcx]

    /// `nil` for bytes that no layout ever has; `fault(in:)` says why.
    init?(decoding bytes: [UInt8]) {
        guard Self.fault(in: bytes) == nil else { return nil }
        let reader = RecordReader(bytes: bytes)
        guard let kind = Self.kinds[reader.number(at: 4)] else { return nil }
        let present: UInt32 = reader.number(at: 48)
        let path = reader.text(at: 512, room: 512)
        let netns = NamespaceIdentity(cookie: reader.number(at: 8), inode: 0, path: path.isEmpty ? nil : path)
        let parent: UInt32 = reader.number(at: 20)
        let priority = UInt16(truncatingIfNeeded: reader.number(at: 32) as UInt32)
        let etherType = UInt16(truncatingIfNeeded: reader.number(at: 36) as UInt32)
        let program = ProgramReference(
            id: reader.number(at: 40), name: reader.text(at: 128, room: 32), tag: reader.text(at: 160, room: 32))
        let filter = Filter(
            netns: netns.cookie, ifindex: reader.number(at: 16), parent: parent, priority: priority,
            protocol: etherType,
            handle: reader.number(at: 28), chain: reader.number(at: 24), kind: "bpf",
            bpf: .init(
                programID: program.id, tag: reader.text(at: 192, room: 32),
                name: present & 1 == 0 ? nil : reader.text(at: 256, room: 256),
                classID: present & 2 == 0 ? nil : reader.number(at: 52),
                flags: present & 4 == 0 ? nil : reader.number(at: 56),
                offloadFlags: present & 8 == 0 ? nil : reader.number(at: 60)))
        let direction: HookDirection =
            kind == .tcx ? Self.direction(reader) : parent == Filter.clsactEgress ? .egress : .ingress
        before = Hook(
            netns: netns, interface: reader.text(at: 64, room: 64), ifindex: filter.ifindex, kind: kind,
            direction: direction, chain: filter.chain, priority: priority, handle: filter.handle,
            etherType: etherType, program: program, filter: kind == .tcx ? nil : filter,
            attachment: kind == .tcx ? Self.attachment(reader) : nil)
        replacementID = reader.number(at: 44)
        let knowsSwitch = reader.version > 2
        let pair: UInt32 = knowsSwitch ? reader.number(at: Self.switchOffset) : Self.noPair
        self.pair = pair == Self.noPair ? nil : pair
        plainID = knowsSwitch ? reader.number(at: Self.switchOffset + 4) : 0
        list = kind == .tcx ? Self.list(reader) : nil
    }
}
