/// One instruction of a program as the kernel gives it back (`bpf_insn_prepare_dump`, kernel/bpf/syscall.c).
struct DumpedInstruction: Hashable {
    let code: UInt8, destination: UInt8, source: UInt8
    let offset: Int16
    let immediate: Int32

    /// `struct bpf_insn` as a number (include/uapi/linux/bpf.h).
    init(_ raw: UInt64) {
        code = UInt8(truncatingIfNeeded: raw)
        destination = UInt8(truncatingIfNeeded: raw >> 8) & 0xf
        source = UInt8(truncatingIfNeeded: raw >> 12) & 0xf
        offset = Int16(truncatingIfNeeded: raw >> 16)
        immediate = Int32(truncatingIfNeeded: raw >> 32)
    }

    /// `BPF_LD | BPF_DW | BPF_IMM`: the next slot holds the upper half.
    var isWide: Bool { code == 0x18 }
    var isCall: Bool { code == 0x85 }
    var isExit: Bool { code == 0x95 }

    /// The map whose address or value it loads: the kernel puts the map's id where its descriptor was.
    var map: UInt32? {
        // BPF_PSEUDO_MAP_FD, _MAP_VALUE, _MAP_IDX, _MAP_IDX_VALUE.
        isWide && [1, 2, 5, 6].contains(source) ? UInt32(bitPattern: immediate) : nil
    }

    /// `BPF_PSEUDO_FUNC`: the address of a function, for the kernel to call back.
    var isCallback: Bool { isWide && source == 4 }

    var call: Call? {
        guard isCall else { return nil }
        switch source {
        // BPF_FUNC_tail_call; every other helper is a distance.
        case 0 where immediate == 12: return .tailCall
        case 0: return .helper(distance: immediate)
        case 1: return .subprogram
        default: return .kfunc(type: UInt32(bitPattern: immediate), module: offset)
        }
    }

    enum Call: Hashable {
        /// From `__bpf_call_base` to the function, bytes; 0 where the kernel does not say.
        case helper(distance: Int32)
        case tailCall
        /// Another part of the same program.
        case subprogram
        /// By its number in the BTF of the kernel (0), or of a module.
        case kfunc(type: UInt32, module: Int16)
    }
}
