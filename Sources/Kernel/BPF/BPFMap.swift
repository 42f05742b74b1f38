import CLibbpf
import Glibc
import Model
import SystemPackage

/// An open map, read-only: a writable descriptor could freeze it or change entries.
public struct BPFMap: ~Copyable, Sendable {
    public let descriptor: OwnedDescriptor
    public let record: MapRecord

    /// The map with this id. Needs CAP_SYS_ADMIN; `ENOENT` when it is gone.
    public init(id: UInt32) throws(KernelError) {
        let raw = migrate_map_by_id_read_only(id)
        try self.init(owning: OwnedDescriptor(owning: try checked("open", "map \(id)", raw)))
    }

    /// The map pinned at an absolute path. Throws `refused` when something else is pinned there.
    public init(pin path: String) throws(KernelError) {
        // SAFETY: libbpf reads the path during the call only.
        let raw = unsafe migrate_pin_read_only(path)
        let opened = OwnedDescriptor(owning: try checked("open", "pin \(path)", raw))
        guard DescriptorKind.of(opened.raw) == .map else {
            throw KernelError.refused("open", "pin \(path)", "it holds no map")
        }
        try self.init(owning: opened)
    }

    /// Takes over a descriptor of a map.
    public init(owning descriptor: consuming OwnedDescriptor) throws(KernelError) {
        let record = try BPFMap.info(descriptor.raw)
        self.record = record
        self.descriptor = descriptor
    }

    /// Ids of every map on the machine. Needs CAP_SYS_ADMIN.
    public static func ids() throws(KernelError) -> [UInt32] { try BPFObjectKind.map.ids() }

    /// Whether a map with this id is still there.
    ///
    /// The ids are asked, and no map is opened: a descriptor is a user-space reference, and a `PROG_ARRAY` that loses its last
    /// one while the work of an earlier loss is still pending keeps a reference for ever (`prog_array_map_clear`,
    /// kernel/bpf/arraymap.c: `bpf_map_inc` without regard to what `schedule_work` says; seen on 6.18).
    public static func exists(id: UInt32) -> Bool { BPFObjectKind.map.exists(id) }

    private static func info(_ raw: CInt) throws(KernelError) -> MapRecord {
        var info = bpf_map_info()
        // SAFETY: the shim fills `info`.
        try checked("read", "map information", unsafe migrate_map_info(raw, &info))
        return MapRecord(
            id: info.id, name: text(of: info.name), type: info.type, keySize: info.key_size, valueSize: info.value_size,
            maxEntries: info.max_entries, flags: info.map_flags)
    }
}

/// What a BPF file descriptor stands for, as `/proc/self/fd` names it.
enum DescriptorKind {
    case map
    case program
    case link

    /// From the target of the link in `/proc/PID/fd`.
    init?(target: String) {
        switch target {
        case "anon_inode:bpf-map": self = .map
        case "anon_inode:bpf-prog": self = .program
        // Made with the link (`bpf_link_prime`), or opened by pin or id (`bpf_link_new_fd`, kernel/bpf/syscall.c).
        case "anon_inode:bpf_link", "anon_inode:bpf-link": self = .link
        default: return nil
        }
    }

    static func of(_ raw: CInt) -> DescriptorKind? {
        readLink("/proc/self/fd/\(raw)").flatMap(DescriptorKind.init(target:))
    }
}

/// The target of a symbolic link, or `nil`.
func readLink(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    // SAFETY: readlink writes at most `count` bytes.
    let length = unsafe readlink(path, &buffer, buffer.count)
    guard length >= 0 else { return nil }
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
