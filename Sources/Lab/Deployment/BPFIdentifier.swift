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

    static func programExists(_ id: UInt32) -> Bool { BPFProgram.exists(id: id) }

    static func mapExists(_ id: UInt32) -> Bool { BPFMap.exists(id: id) }
}
