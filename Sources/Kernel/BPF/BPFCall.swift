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
enum BPFObjectKind: String {
    case map
    case program
    case link

    /// Every id in use now, in ascending order (`BPF_*_GET_NEXT_ID`; needs CAP_SYS_ADMIN).
    func ids() throws(KernelError) -> [UInt32] {
        var found: [UInt32] = []
        var id: UInt32 = 0
        while true {
            var next: UInt32 = 0
            let result = following(id, &next)
            if result == -ENOENT { return found }
            try checked("list", "BPF \(rawValue)s", result)
            found.append(next)
            id = next
        }
    }

    /// Whether there is an object of this id, without opening it (`BPFMap.exists` says why).
    func exists(_ id: UInt32) -> Bool {
        guard id > 0 else { return false }
        var next: UInt32 = 0
        let result = following(id - 1, &next)
        return result < 0 ? result != -ENOENT : next == id
    }

    private func following(_ id: UInt32, _ next: inout UInt32) -> CInt {
        // SAFETY: each function writes one number to `next` and keeps no pointer.
        switch self {
        case .map: unsafe bpf_map_get_next_id(id, &next)
        case .program: unsafe bpf_prog_get_next_id(id, &next)
        case .link: unsafe bpf_link_get_next_id(id, &next)
        }
    }
}
