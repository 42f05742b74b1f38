import CLibbpf
import Glibc
import Kernel

/// A program that takes the place of another one's function (freplace), for as long as this value lives.
public struct ProgramExtension: ~Copyable {
    private let link: OwnedDescriptor
    /// `BTF_KIND_FUNC`: an enumerator and a macro of that name (include/uapi/linux/btf.h).
    private static let function: UInt32 = 12

    /// - Parameters:
    ///   - program: that has BTF.
    ///   - function: global, from `struct __sk_buff *` to `int`; it returns `verdict` from then on.
    public init(of program: UInt32, function: String, verdict: Int32) throws {
        let target = try BPFProgram(id: program)
        var info = bpf_prog_info()
        try Self.check("read the program", migrate_program_info(target.descriptor.raw, &info, nil, 0))
        guard let types = btf__load_from_kernel_by_id(info.btf_id) else { throw TestFailure("the program has no BTF") }
        defer { btf__free(types) }
        let id = try Self.check(
            "find \(function)", btf__find_by_name_kind(types, function, Self.function))
        guard let own = btf__new_empty() else { throw TestFailure("make BTF") }
        defer { btf__free(own) }
        let integer = btf__add_int(own, "int", 4, Int32(BTF_INT_SIGNED))
        let pointer = btf__add_ptr(own, btf__add_struct(own, "__sk_buff", 192))
        let prototype = btf__add_func_proto(own, integer)
        try Self.check("add a parameter", btf__add_func_param(own, "skb", pointer))
        let type = try Self.check("add a function", btf__add_func(own, "extension", BTF_FUNC_GLOBAL, prototype))
        try Self.check("load BTF", btf__load_into_kernel(own))
        let loaded = try Self.load(
            Assembly.set(0, verdict) + Assembly.exit, type: UInt32(type), types: btf__fd(own),
            target: target.descriptor.raw, function: UInt32(id))
        link = OwnedDescriptor(
            owning: try Self.check("extend", bpf_raw_tracepoint_open(nil, loaded.descriptor.raw)))
    }

    private static func load(
        _ code: [bpf_insn], type: UInt32, types: CInt, target: CInt, function: UInt32
    ) throws -> BPFProgram {
        var functions = bpf_func_info(insn_off: 0, type_id: type)
        var options = bpf_prog_load_opts()
        memset(&options, 0, MemoryLayout<bpf_prog_load_opts>.size)
        options.sz = MemoryLayout<bpf_prog_load_opts>.size
        options.prog_btf_fd = UInt32(types)
        options.func_info_cnt = 1
        options.func_info_rec_size = UInt32(MemoryLayout<bpf_func_info>.size)
        options.attach_btf_id = function
        options.attach_prog_fd = UInt32(target)
        let raw = withUnsafePointer(to: &functions) { functions in
            options.func_info = UnsafeRawPointer(functions)
            return bpf_prog_load(BPF_PROG_TYPE_EXT, "extension", "GPL", code, code.count, &options)
        }
        return try BPFProgram(owning: OwnedDescriptor(owning: try check("load the extension", raw)))
    }

    @discardableResult
    private static func check(_ what: String, _ result: CInt) throws -> CInt {
        guard result >= 0 else { throw TestFailure("\(what): errno \(-result)") }
        return result
    }
}
