import Glibc
import Kernel

/// Descriptors of this process by which it would keep kernel objects alive.
enum OpenObjects {
    static func count() throws -> [String: Int] {
        var found: [String: Int] = [:]
        for name in DirectoryListing.names(in: "/proc/self/fd") {
            var buffer = [CChar](repeating: 0, count: 256)
            let length = readlink("/proc/self/fd/\(name)", &buffer, buffer.count)
            guard length > 0 else { continue }
            let target = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            for kind in [
                "anon_inode:bpf-map", "anon_inode:bpf-prog", "anon_inode:bpf_link", "anon_inode:bpf-link", "net:[",
            ] where target.hasPrefix(kind) {
                found[kind, default: 0] += 1
            }
        }
        return found
    }
}
