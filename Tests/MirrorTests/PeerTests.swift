import CLibbpf
import Kernel
import Mirror
import Model
import Testing

extension MirrorSuite {
    /// Redirects that skip the device's own way out.
    struct Peers {
        /// `return bpf_redirect_peer(ifindex, 0)`.
        private func program(to ifindex: UInt32) throws -> BPFProgram {
            // BPF_MOV64_IMM, BPF_EMIT_CALL, BPF_EXIT_INSN (include/linux/filter.h); 155 is bpf_redirect_peer.
            var instructions = [bpf_insn](repeating: bpf_insn(), count: 4)
            for (place, (code, register, value)) in [
                (0xb7, 1, Int32(ifindex)), (0xb7, 2, 0), (0x85, 0, 155), (0x95, 0, 0),
            ].enumerated() {
                instructions[place].code = UInt8(code)
                instructions[place].dst_reg = UInt8(register)
                instructions[place].imm = value
            }
            let raw = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "peer", "GPL", instructions, instructions.count, nil)
            try #require(raw >= 0)
            return try BPFProgram(owning: OwnedDescriptor(owning: raw))
        }

        @Test func `a redirect to the peer is seen to come out of the device`() throws {
            let program = try program(to: Sample.pod)
            var mirror = try Mirror(Sample.layout)
            let frame = MirrorFrame(try Sample.packet(to: Sample.pod4))
            let seen = try mirror.observe(program.descriptor.raw, at: Sample.hook, frames: [frame])
            #expect(seen == [[Observed(ifindex: Sample.pod, bytes: frame.bytes)]])
        }
    }
}
