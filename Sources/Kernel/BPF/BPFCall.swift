import CLibbpf
import Glibc
import SystemPackage

/// Turns libbpf's `-errno` into a typed error.
@discardableResult
func checked(
    _ operation: String, _ subject: @autoclosure () -> String, _ result: CInt, detail: String? = nil
) throws(KernelError) -> CInt {
    guard result < 0 else { return result }
    throw KernelError.call(operation, subject(), Errno(rawValue: -result), detail: detail)
}

/// A C character array up to its first zero byte.
func text<T>(of array: T) -> String {
    // SAFETY: the bytes of a value are readable for as long as the closure runs.
    unsafe withUnsafeBytes(of: array) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

/// Which BPF objects there are to enumerate.
enum BPFObjectKind {
    case map
    case program

    /// Every id in use now, in ascending order (`BPF_*_GET_NEXT_ID`; needs CAP_SYS_ADMIN).
    func ids() throws(KernelError) -> [UInt32] {
        var found: [UInt32] = []
        var id: UInt32 = 0
        while true {
            var next: UInt32 = 0
            // SAFETY: both functions write one number to `next` and keep no pointer.
            let result = unsafe self == .map ? bpf_map_get_next_id(id, &next) : bpf_prog_get_next_id(id, &next)
            if result == -ENOENT { return found }
            try checked("list", self == .map ? "BPF maps" : "BPF programs", result)
            found.append(next)
            id = next
        }
    }
}
