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

    struct Listing {
        var links: [Link] = []
        /// Why the directory could not be opened.
        var errno: Errno?
        /// Why a link in it could not be read.
        var denied: Errno?
    }

    /// - Parameter directory: `/proc/PID/fd`, or a thread's.
    static func list(_ directory: String, prefixes: [String]) -> Listing {
        var listing = Listing()
        // SAFETY: the path is a C string for the call; the stream is closed once.
        guard let stream = unsafe opendir(directory) else {
            listing.errno = .last
            return listing
        }
        defer { unsafe closedir(stream) }
        // SAFETY: the descriptor is the open stream's.
        let descriptor = unsafe dirfd(stream)
        let wanted = prefixes.map { $0.utf8.map { CChar(bitPattern: $0) } }
        var target = [CChar](repeating: 0, count: 64)
        // SAFETY: an entry is valid until the next readdir on its stream, and its name is a C string; readlinkat writes
        // at most the buffer's size.
        while let entry = unsafe readdir(stream) {
            let length = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 1) { name in
                    unsafe readlinkat(descriptor, name, &target, target.count)
                }
            }
            if length < 0, errno == EACCES || errno == EPERM { listing.denied = .last }
            guard wanted.contains(where: { length >= $0.count && target.starts(with: $0) }) else { continue }
            let text = String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            listing.links.append(Link(number: unsafe Kernel.text(of: entry.pointee.d_name), target: text))
        }
        return listing
    }
}
