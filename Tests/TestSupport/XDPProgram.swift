import CLibbpf
import Glibc
import Kernel

extension TestNode {
    /// Loads and pins an XDP program that passes every packet, and returns its id and pin.
    /// - Parameters:
    ///   - map: one whose descriptor its first instruction loads: a program that uses the map.
    ///   - dropsIPv4: drops IPv4 and passes the rest.
    public func xdpProgram(
        _ name: String, using map: UInt32? = nil, dropsIPv4: Bool = false
    ) throws -> (id: UInt32, pin: String) {
        let path = "\(Self.bpffs)/\(name)"
        return try lab.enter {
            var instructions: [bpf_insn] = []
            // Open until the program is loaded.
            let used = map.map { bpf_map_get_fd_by_id($0) } ?? -1
            defer { if used >= 0 { close(used) } }
            if map != nil { instructions += Self.load(map: used) }
            if dropsIPv4 { instructions += Self.dropIPv4 }
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

    /// Goes on behind itself unless the EtherType says IPv4; ends with XDP_DROP otherwise.
    private static var dropIPv4: [bpf_insn] {
        [
            // r2 = data; r3 = data_end (struct xdp_md); where there is no Ethernet header, go on.
            instruction(0x61, to: 2, from: 1), instruction(0x61, to: 3, from: 1, offset: 4),
            instruction(0xbf, to: 4, from: 2), instruction(0x07, to: 4, immediate: 14),
            instruction(0x2d, to: 4, from: 3, offset: 4),
            // r5 = EtherType, in network byte order.
            instruction(0x69, to: 5, from: 2, offset: 12),
            instruction(0x55, to: 5, offset: 2, immediate: Int32(UInt16(0x0800).bigEndian)),
            instruction(0xb7, immediate: 1), instruction(0x95),
        ]
    }

    private static func instruction(
        _ code: UInt8, to: UInt8 = 0, from: UInt8 = 0, offset: Int16 = 0, immediate: Int32 = 0
    ) -> bpf_insn {
        var instruction = bpf_insn()
        instruction.code = code
        instruction.dst_reg = to
        instruction.src_reg = from
        instruction.off = offset
        instruction.imm = immediate
        return instruction
    }
}
