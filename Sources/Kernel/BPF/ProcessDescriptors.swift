import Glibc
import Model
import SystemPackage

/// The BPF descriptors of one process.
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
        let listed = DescriptorLinks.list("/proc/\(pid)/fd", prefixes: [Self.prefix])
        if let errno = listed.errno { throw errno }
        for link in listed.links {
            guard let kind = DescriptorKind(target: link.target) else { continue }
            if let object = TextFile.read("/proc/\(pid)/fdinfo/\(link.number)").flatMap({ Object($0, kind: kind) }) {
                objects.append(object)
            }
        }
    }

    /// What the targets of all BPF descriptors begin with.
    private static let prefix = "anon_inode:bpf"
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
