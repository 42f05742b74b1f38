import CLibbpf
import Glibc
import Model
import SystemPackage

/// Reads BTF out of the kernel, each object once.
public struct BTFReader: Sendable {
    private var known: [UInt32: Result<BTF, KernelError>] = [:]
    private var kernel: Result<BTF, KernelError>?

    public init() {}

    /// What BTF says of a map's keys and values; `nil` where the map has none.
    ///
    /// Throws `malformed`, naming map and BTF object, where the blob is damaged or fits not the map.
    public mutating func layout(of map: borrowing BPFMap) throws(KernelError) -> MapLayout? {
        let types = try map.types()
        let subject = "BTF \(types.btf) of map \(map.record.id)"
        // A struct_ops map's value is a type of the kernel's.
        let value = types.kernelValue != 0 ? types.kernelValue : types.value
        guard types.btf != 0 || types.kernelValue != 0, types.key != 0 || value != 0 else { return nil }
        let own = types.btf == 0 ? nil : try object(types.btf)
        var layout = MapLayout(key: nil, value: nil)
        do throws(BTFFault) {
            layout.key = types.key == 0 ? nil : try own?.layout(of: types.key)
        } catch { throw .malformed("decode", subject, "key: \(error)") }
        let source = types.kernelValue != 0 ? try kernelTypes() : own
        do throws(BTFFault) {
            layout.value = value == 0 ? nil : try source?.layout(of: value)
        } catch { throw .malformed("decode", subject, "value: \(error)") }
        // The kernel compared them when the map was made (`map_check_btf`, kernel/bpf/syscall.c); nothing is taken on trust.
        for (what, found, size) in [
            ("key", layout.key, map.record.keySize), ("value", layout.value, map.record.valueSize),
        ] {
            if let found, found.size != size {
                throw .malformed("decode", subject, "its \(what) has \(found.size) bytes, the map's \(size)")
            }
        }
        return layout.key == nil && layout.value == nil ? nil : layout
    }

    /// The BTF object with this id (`BPF_BTF_GET_FD_BY_ID`; needs CAP_SYS_ADMIN).
    public mutating func object(_ id: UInt32) throws(KernelError) -> BTF {
        if let known = known[id] { return try known.get() }
        let read = Result { () throws(KernelError) in try Self.read(id) }
        known[id] = read
        return try read.get()
    }

    /// The kernel's own types, `/sys/kernel/btf/vmlinux`.
    public mutating func kernelTypes() throws(KernelError) -> BTF {
        if let kernel { return try kernel.get() }
        let read = Result { () throws(KernelError) in
            try BTF(try Self.file("/sys/kernel/btf/vmlinux"), subject: "the kernel's BTF")
        }
        kernel = read
        return try read.get()
    }

    private static func read(_ id: UInt32) throws(KernelError) -> BTF {
        let raw = bpf_btf_get_fd_by_id(id)
        let opened = OwnedDescriptor(owning: try checked("open", "BTF \(id)", raw))
        var info = bpf_btf_info()
        // SAFETY: the shim fills `info`; without room nothing else is written.
        try checked("read", "BTF \(id)", unsafe migrate_btf_info(opened.raw, &info, nil, 0))
        let size = info.btf_size
        guard size <= UInt32(BTF.sizeLimit) else {
            throw .malformed("read", "BTF \(id)", "\(size) bytes, \(BTF.sizeLimit) at most")
        }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        // SAFETY: the kernel writes at most `size` bytes, which the array has.
        try checked("read", "BTF \(id)", unsafe migrate_btf_info(opened.raw, &info, &bytes, size))
        return try BTF(bytes, subject: "BTF \(id)")
    }

    private static func file(_ path: String) throws(KernelError) -> [UInt8] {
        // SAFETY: the path is a C string for the call.
        let raw = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { throw .call("open", path, Errno(rawValue: errno)) }
        let file = OwnedDescriptor(owning: raw)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while bytes.count <= BTF.sizeLimit {
            // SAFETY: read writes at most `count` bytes.
            let length = unsafe Glibc.read(file.raw, &buffer, buffer.count)
            guard length >= 0 else { throw .call("read", path, Errno(rawValue: errno)) }
            if length == 0 { break }
            bytes += buffer.prefix(length)
        }
        return bytes
    }
}

extension BTF {
    /// A blob with the name under which errors know it.
    init(_ bytes: [UInt8], subject: String) throws(KernelError) {
        do throws(BTFFault) { try self.init(bytes) } catch { throw .malformed("decode", subject, error.description) }
    }
}

extension BPFMap {
    /// Where a map's types are: an object's id and type ids in it; 0 is none.
    struct Types {
        var btf: UInt32
        var key: UInt32
        var value: UInt32
        /// In the kernel's own BTF.
        var kernelValue: UInt32
    }

    func types() throws(KernelError) -> Types {
        var info = bpf_map_info()
        // SAFETY: the shim fills `info`.
        try checked("read", "information of map \(record.id)", unsafe migrate_map_info(descriptor.raw, &info))
        return Types(
            btf: info.btf_id, key: info.btf_key_type_id, value: info.btf_value_type_id,
            kernelValue: info.btf_vmlinux_value_type_id)
    }
}
