import Glibc
import Model
import SystemPackage

/// The BPF descriptors of one process.
///
/// A node has many thousands of descriptors and few of BPF: the links are read into one buffer and compared as bytes,
/// and only those that fit cost more.
struct ProcessDescriptors {
    struct Object: Hashable {
        var kind: DescriptorKind
        var id: UInt32
        /// `O_ACCMODE` of the descriptor's flags is not read-only; what `BPF_F_RDONLY` opened is.
        var isWritable: Bool
    }

    private(set) var objects: [Object] = []

    /// Throws what kept the directory from being opened.
    init(_ pid: pid_t) throws(Errno) {
        // SAFETY: the path is a C string for the call; the stream is closed once.
        guard let stream = unsafe opendir("/proc/\(pid)/fd") else { throw .last }
        defer { unsafe closedir(stream) }
        // SAFETY: the descriptor is the open stream's.
        let directory = unsafe dirfd(stream)
        var target = [CChar](repeating: 0, count: 64)
        // SAFETY: an entry is valid until the next readdir on its stream, and its name is a C string; readlinkat writes
        // at most the buffer's size.
        while let entry = unsafe readdir(stream) {
            let length = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 1) { name in
                    unsafe readlinkat(directory, name, &target, target.count)
                }
            }
            guard length > Self.prefix.count, target.starts(with: Self.prefix) else { continue }
            let text = String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let kind = DescriptorKind(target: text) else { continue }
            let number = unsafe Kernel.text(of: entry.pointee.d_name)
            if let object = TextFile.read("/proc/\(pid)/fdinfo/\(number)").flatMap({ Object($0, kind: kind) }) {
                objects.append(object)
            }
        }
    }

    /// What the targets of all BPF descriptors begin with.
    private static let prefix = "anon_inode:bpf".utf8.map { CChar(bitPattern: $0) }
}

extension ProcessDescriptors.Object {
    /// From the text of `/proc/PID/fdinfo/FD`; `nil` where the object's id is missing.
    init?(_ facts: String, kind: DescriptorKind) {
        var fields: [Substring: Substring] = [:]
        for line in facts.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == "\t" || $0 == " " }
        }
        guard let id = fields[kind.idField].flatMap({ UInt32($0) }) else { return nil }
        // Octal, as in open(2): 02 is O_RDWR.
        let flags = fields["flags"].flatMap { CInt($0, radix: 8) } ?? O_RDWR
        self.init(kind: kind, id: id, isWritable: flags & O_ACCMODE != O_RDONLY)
    }
}

extension DescriptorKind {
    /// The object's id in `fdinfo`.
    var idField: Substring {
        switch self {
        case .map: "map_id"
        case .program: "prog_id"
        case .link: "link_id"
        }
    }
}
