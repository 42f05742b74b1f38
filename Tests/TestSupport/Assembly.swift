import CLibbpf
import Glibc
import Kernel

/// A few instructions, to write small programs by hand (include/uapi/linux/bpf.h).
public enum Assembly {
    public static func set(_ register: UInt8, _ value: Int32) -> [bpf_insn] { [make(0xb7, register, value: value)] }
    public static func copy(_ register: UInt8, from source: UInt8) -> [bpf_insn] { [make(0xbf, register, source)] }
    public static func add(_ register: UInt8, _ value: Int32) -> [bpf_insn] { [make(0x07, register, value: value)] }
    /// Loads the address of a map that this process has open.
    public static func map(_ register: UInt8, _ descriptor: CInt) -> [bpf_insn] {
        [make(0x18, register, 1, value: descriptor), bpf_insn()]
    }
    /// Four bytes to memory.
    public static func store(_ base: UInt8, _ offset: Int16, _ value: Int32) -> [bpf_insn] {
        [make(0x62, base, offset: offset, value: value)]
    }
    /// Eight bytes of a register to memory.
    public static func store(_ base: UInt8, _ offset: Int16, from source: UInt8) -> [bpf_insn] {
        [make(0x7b, base, source, offset: offset)]
    }
    public static func load(_ register: UInt8, from base: UInt8, _ offset: Int16) -> [bpf_insn] {
        [make(0x79, register, base, offset: offset)]
    }
    /// One byte to memory.
    public static func storeByte(_ base: UInt8, _ offset: Int16, _ value: Int32) -> [bpf_insn] {
        [make(0x72, base, offset: offset, value: value)]
    }
    /// One byte of memory.
    public static func loadByte(_ register: UInt8, from base: UInt8, _ offset: Int16) -> [bpf_insn] {
        [make(0x71, register, base, offset: offset)]
    }
    public static func and(_ register: UInt8, _ value: Int32) -> [bpf_insn] { [make(0x57, register, value: value)] }
    /// Two bytes of memory.
    public static func loadHalf(_ register: UInt8, from base: UInt8, _ offset: Int16) -> [bpf_insn] {
        [make(0x69, register, base, offset: offset)]
    }
    /// Four bytes of memory.
    public static func loadWord(_ register: UInt8, from base: UInt8, _ offset: Int16) -> [bpf_insn] {
        [make(0x61, register, base, offset: offset)]
    }
    /// Over so many instructions, unless the register has this value.
    public static func skipUnless(_ register: UInt8, is value: Int32, _ count: Int16) -> [bpf_insn] {
        [make(0x55, register, offset: count, value: value)]
    }
    /// Over so many instructions, if the register has this value.
    public static func skip(_ register: UInt8, is value: Int32, _ count: Int16) -> [bpf_insn] {
        [make(0x15, register, offset: count, value: value)]
    }
    /// Over so many instructions, if the register is greater than the other.
    public static func skip(_ register: UInt8, greaterThan other: UInt8, _ count: Int16) -> [bpf_insn] {
        [make(0x2d, register, other, offset: count)]
    }
    /// Over so many instructions, if the register is zero.
    public static func skipIfZero(_ register: UInt8, _ count: Int16) -> [bpf_insn] {
        [make(0x15, register, offset: count)]
    }
    /// `BPF_FUNC_*`.
    public static func call(_ helper: Int32) -> [bpf_insn] { [make(0x85, value: helper)] }
    public static let exit: [bpf_insn] = [make(0x95)]

    /// Register 0: the value of key 0, whose address register 2 gets; a map with keys of four bytes.
    public static func lookup(_ descriptor: CInt) -> [bpf_insn] {
        store(10, -4, 0) + copy(2, from: 10) + add(2, -4) + map(1, descriptor) + call(1)
    }

    private static func make(
        _ code: UInt8, _ destination: UInt8 = 0, _ source: UInt8 = 0, offset: Int16 = 0, value: Int32 = 0
    ) -> bpf_insn {
        var instruction = bpf_insn()
        instruction.code = code
        instruction.dst_reg = destination
        instruction.src_reg = source
        instruction.off = offset
        instruction.imm = value
        return instruction
    }

    /// Loads a tc program; with an expected attach type, as `SEC("tcx/ingress")` has (46).
    public static func load(_ name: String, _ instructions: [bpf_insn], attachType: UInt32 = 0) throws -> BPFProgram {
        var options = bpf_prog_load_opts()
        memset(&options, 0, MemoryLayout<bpf_prog_load_opts>.size)
        options.sz = MemoryLayout<bpf_prog_load_opts>.size
        options.expected_attach_type = bpf_attach_type(attachType)
        let raw = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, name, "GPL", instructions, instructions.count, &options)
        guard raw >= 0 else { throw TestFailure("load \(name): errno \(-raw)") }
        return try BPFProgram(owning: OwnedDescriptor(owning: raw))
    }
}
