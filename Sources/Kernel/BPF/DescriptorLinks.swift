import Glibc
import SystemPackage

/// The descriptors of a process whose link begins with some text.
///
/// A node has many thousands of descriptors: the links are read into one buffer and compared as bytes, and only those
/// that fit cost more.
enum DescriptorLinks {
    struct Link {
        var number: String
        /// What `/proc/PID/fd/N` links to.
        var target: String
    }

    /// - Parameter directory: `/proc/PID/fd`, or a thread's.
    /// - Returns: the links, or why the directory could not be opened.
    static func list(_ directory: String, prefix: String) -> (links: [Link], errno: Errno?) {
        // SAFETY: the path is a C string for the call; the stream is closed once.
        guard let stream = unsafe opendir(directory) else { return ([], .last) }
        defer { unsafe closedir(stream) }
        // SAFETY: the descriptor is the open stream's.
        let descriptor = unsafe dirfd(stream)
        let wanted = prefix.utf8.map { CChar(bitPattern: $0) }
        var links: [Link] = []
        var target = [CChar](repeating: 0, count: 64)
        // SAFETY: an entry is valid until the next readdir on its stream, and its name is a C string; readlinkat writes
        // at most the buffer's size.
        while let entry = unsafe readdir(stream) {
            let length = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 1) { name in
                    unsafe readlinkat(descriptor, name, &target, target.count)
                }
            }
            guard length > wanted.count, target.starts(with: wanted) else { continue }
            let text = String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            links.append(Link(number: unsafe Kernel.text(of: entry.pointee.d_name), target: text))
        }
        return (links, nil)
    }
}
