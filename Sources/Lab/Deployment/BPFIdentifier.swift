import CLibbpf
import Glibc
import Kernel

/// Numbers of kernel objects.
enum BPFIdentifier {
    static func ofProgram(_ descriptor: CInt) throws(LabError) -> UInt32 {
        var info = bpf_prog_info()
        var length = UInt32(MemoryLayout<bpf_prog_info>.size)
        // SAFETY: the kernel fills at most `length` bytes; every pointer field is zero, so nothing else is written.
        try negated("read", "program", unsafe bpf_obj_get_info_by_fd(descriptor, &info, &length))
        return info.id
    }

    static func ofMap(_ descriptor: CInt) throws(LabError) -> UInt32 { try map(descriptor).id }

    /// What the kernel says of the map behind `descriptor`.
    static func map(_ descriptor: CInt) throws(LabError) -> bpf_map_info {
        var info = bpf_map_info()
        var length = UInt32(MemoryLayout<bpf_map_info>.size)
        // SAFETY: the kernel fills at most `length` bytes.
        try negated("read", "map", unsafe bpf_obj_get_info_by_fd(descriptor, &info, &length))
        return info
    }

    static func programExists(_ id: UInt32) -> Bool { exists(bpf_prog_get_fd_by_id(id)) }

    static func mapExists(_ id: UInt32) -> Bool { exists(bpf_map_get_fd_by_id(id)) }

    /// Only "no such object" means no: any other failure is not known to be an absence.
    private static func exists(_ descriptor: CInt) -> Bool {
        guard descriptor >= 0 else { return descriptor != -ENOENT }
        _ = OwnedDescriptor(owning: descriptor)
        return true
    }
}
