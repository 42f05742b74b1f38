import CLibbpf
import Glibc
import Kernel

extension TestNode {
    /// Loads and pins an XDP program that passes every packet, and returns its id and pin.
    /// - Parameter map: one whose descriptor its first instruction loads: a program that uses the map.
    public func xdpProgram(_ name: String, using map: UInt32? = nil) throws -> (id: UInt32, pin: String) {
        let path = "\(Self.bpffs)/\(name)"
        return try lab.enter {
            var instructions: [bpf_insn] = []
            // Open until the program is loaded.
            let used = map.map { bpf_map_get_fd_by_id($0) } ?? -1
            defer { if used >= 0 { close(used) } }
            if map != nil { instructions += Self.load(map: used) }
            // r0 = XDP_PASS; exit (include/uapi/linux/bpf.h).
            instructions += [Self.instruction(0xb7, immediate: 2), Self.instruction(0x95)]
            let raw = bpf_prog_load(BPF_PROG_TYPE_XDP, name, "GPL", instructions, instructions.count, nil)
            guard raw >= 0 else { throw TestFailure("load \(name): errno \(-raw)") }
            let program = try BPFProgram(owning: OwnedDescriptor(owning: raw))
            guard bpf_obj_pin(program.descriptor.raw, path) == 0 else { throw TestFailure("pin \(path)") }
            return (program.record.id, path)
        }
    }

    /// `BPF_LD_MAP_FD(BPF_REG_1, map)`: two instructions, register 1 and `BPF_PSEUDO_MAP_FD`.
    private static func load(map: CInt) -> [bpf_insn] {
        var first = instruction(0x18, immediate: map)
        first.dst_reg = 1
        first.src_reg = 1
        return [first, instruction(0)]
    }

    private static func instruction(_ code: UInt8, immediate: Int32 = 0) -> bpf_insn {
        var instruction = bpf_insn()
        instruction.code = code
        instruction.imm = immediate
        return instruction
    }
}
