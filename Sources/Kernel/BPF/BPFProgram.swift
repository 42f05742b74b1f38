import CLibbpf
import Glibc
import Model
import SystemPackage

/// An open program.
public struct BPFProgram: ~Copyable, Sendable {
    public let descriptor: OwnedDescriptor
    public let record: ProgramRecord

    /// The program with this id. Needs CAP_SYS_ADMIN; `ENOENT` when it is gone.
    public init(id: UInt32) throws(KernelError) {
        try self.init(owning: OwnedDescriptor(owning: try checked("open", "program \(id)", bpf_prog_get_fd_by_id(id))))
    }

    /// The program pinned at an absolute path. Throws `refused` when something else is pinned there.
    public init(pin path: String) throws(KernelError) {
        // SAFETY: libbpf reads the path during the call only.
        let raw = unsafe bpf_obj_get(path)
        let opened = OwnedDescriptor(owning: try checked("open", "pin \(path)", raw))
        guard DescriptorKind.of(opened.raw) == .program else {
            throw KernelError.refused("open", "pin \(path)", "it holds no program")
        }
        try self.init(owning: opened)
    }

    /// Takes over a descriptor of a program.
    public init(owning descriptor: consuming OwnedDescriptor) throws(KernelError) {
        let record = try BPFProgram.info(descriptor.raw)
        self.record = record
        self.descriptor = descriptor
    }

    /// Ids of every program on the machine. Needs CAP_SYS_ADMIN.
    public static func ids() throws(KernelError) -> [UInt32] { try BPFObjectKind.program.ids() }

    /// Whether a program with this id is still loaded.
    public static func exists(id: UInt32) -> Bool { BPFObjectKind.program.exists(id) }

    private static func info(_ raw: CInt) throws(KernelError) -> ProgramRecord {
        var info = bpf_prog_info()
        // SAFETY: the shim fills `info`; no array is asked for.
        try checked("read", "program information", unsafe migrate_program_info(raw, &info, nil, 0))
        var mapIDs = [UInt32](repeating: 0, count: Int(info.nr_map_ids))
        if !mapIDs.isEmpty {
            let room = UInt32(mapIDs.count)
            // SAFETY: the kernel writes at most `room` numbers into the array.
            try checked(
                "read", "maps of program \(info.id)", unsafe migrate_program_info(raw, &info, &mapIDs, room))
        }
        // SAFETY: the tag is eight plain bytes.
        let tag = unsafe withUnsafeBytes(of: info.tag) { unsafe Array($0).hex }
        return ProgramRecord(
            reference: ProgramReference(id: info.id, name: text(of: info.name), tag: tag), type: info.type,
            mapIDs: mapIDs.sorted(), loadedAt: info.load_time, createdByUID: info.created_by_uid)
    }
}
