/// A loaded BPF program, as short as a reader needs to recognise it.
public struct ProgramReference: Codable, Hashable, Sendable {
    public var id: UInt32
    /// At most 15 characters: the kernel cuts names (`BPF_OBJ_NAME_LEN`).
    public var name: String
    /// SHA-1 over the instructions, first 8 bytes, in hexadecimal (`bpf_prog_calc_tag`).
    public var tag: String

    public init(id: UInt32, name: String, tag: String) {
        self.id = id
        self.name = name
        self.tag = tag
    }
}

/// A loaded BPF program (`struct bpf_prog_info`, include/uapi/linux/bpf.h).
public struct ProgramRecord: Codable, Hashable, Sendable {
    public var reference: ProgramReference
    /// `BPF_PROG_TYPE_*`: 3 is `SCHED_CLS`.
    public var type: UInt32
    public var mapIDs: [UInt32]
    /// Nanoseconds since boot (`CLOCK_BOOTTIME`).
    public var loadedAt: UInt64
    public var createdByUID: UInt32
    /// Paths below the bpffs where it is pinned.
    public var pins: [String]

    public init(
        reference: ProgramReference, type: UInt32, mapIDs: [UInt32], loadedAt: UInt64, createdByUID: UInt32,
        pins: [String] = []
    ) {
        self.reference = reference
        self.type = type
        self.mapIDs = mapIDs
        self.loadedAt = loadedAt
        self.createdByUID = createdByUID
        self.pins = pins
    }

    public var id: UInt32 { reference.id }
    /// `BPF_PROG_TYPE_SCHED_CLS`.
    public static let schedCls: UInt32 = 3
}
