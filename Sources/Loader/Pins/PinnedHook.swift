import Model

/// One hook of a run as the record map keeps it: place, attributes, and the two programs.
public struct PinnedHook: Hashable, Sendable {
    /// As it was before the run; namespace inode 0, for only the cookie identifies it.
    public var before: Hook
    /// Id of our program; 0 before it was loaded.
    public var replacementID: UInt32

    public init(before: Hook, replacementID: UInt32) {
        self.before = before
        self.replacementID = replacementID
    }
}

extension PinnedHook {
    /// Bytes of a value in the record map.
    public static let size = 1024
    /// Of this layout; a reader refuses another.
    public static let layoutVersion: UInt32 = 1

    /// Fixed places, host byte order, texts zero-terminated (docs/pins.md).
    func encoded() -> [UInt8] {
        var writer = RecordWriter(size: Self.size)
        let filter = before.filter
        let bpf = filter?.bpf
        writer.put(Self.layoutVersion, at: 0)
        writer.put(UInt32(before.kind == .clsact ? 0 : 1), at: 4)
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
        return writer.bytes
    }

    /// `nil` for bytes that this layout never has; `fault(in:)` says why.
    init?(decoding bytes: [UInt8]) {
        guard Self.fault(in: bytes) == nil else { return nil }
        let reader = RecordReader(bytes: bytes)
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
        before = Hook(
            netns: netns, interface: reader.text(at: 64, room: 64), ifindex: filter.ifindex,
            kind: (reader.number(at: 4) as UInt32) == 0 ? .clsact : .ingress,
            direction: parent == Filter.clsactEgress ? .egress : .ingress, chain: filter.chain, priority: priority,
            handle: filter.handle, etherType: etherType, program: program, filter: filter)
        replacementID = reader.number(at: 44)
    }
}

/// Fixed places in a block of bytes.
struct RecordWriter {
    private(set) var bytes: [UInt8]
    init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    mutating func put<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        for index in 0..<MemoryLayout<T>.size {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value.littleEndian >> (8 * index))
        }
    }

    /// Cut to `room - 1` bytes, so that it always ends with a zero.
    mutating func put(_ text: String, at offset: Int, room: Int) {
        for (index, byte) in text.utf8.prefix(room - 1).enumerated() { bytes[offset + index] = byte }
    }
}

struct RecordReader {
    let bytes: [UInt8]

    func number<T: FixedWidthInteger>(at offset: Int) -> T {
        (0..<MemoryLayout<T>.size).reduce(T.zero) { $0 | T(truncatingIfNeeded: bytes[offset + $1]) << (8 * $1) }
    }

    func text(at offset: Int, room: Int) -> String {
        String(decoding: bytes[offset..<offset + room].prefix { $0 != 0 }, as: UTF8.self)
    }
}
