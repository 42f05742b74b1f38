import CLibbpf
import Glibc
import Kernel

/// A program of somebody else.
public enum ForeignProgram {
    /// Loads `r0 = verdict; exit`, pins it, so that only the pin holds it, and returns its id.
    public static func pin(name: String, at path: String, verdict: Int32 = -1) throws -> UInt32 {
        var instructions = [bpf_insn(), bpf_insn()]
        // BPF_ALU64 | BPF_MOV | BPF_K, then BPF_JMP | BPF_EXIT (include/uapi/linux/bpf.h).
        instructions[0].code = 0xb7
        instructions[0].imm = verdict
        instructions[1].code = 0x95
        let raw = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, name, "GPL", instructions, instructions.count, nil)
        guard raw >= 0 else { throw TestFailure("load a foreign program: errno \(-raw)") }
        let program = try BPFProgram(owning: OwnedDescriptor(owning: raw))
        let result = bpf_obj_pin(program.descriptor.raw, path)
        guard result >= 0 else { throw TestFailure("pin \(path): errno \(-result)") }
        return program.record.id
    }
}
