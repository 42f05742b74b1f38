import CLibbpf
import Kernel
import Loader
import Model

/// What libbpf does: one filter at a time, in place, nothing checked (`bpf_tc_attach` with `BPF_TC_F_REPLACE`).
enum BareReplacement {
    /// For a thread inside the hooks' namespace.
    static func replace(_ hooks: [Hook], by program: OpenProgram) throws {
        for hook in hooks {
            var place = bpf_tc_hook()
            // Up to the last field: libbpf wants what follows to be zero, and Swift leaves padding alone.
            place.sz = MemoryLayout<bpf_tc_hook>.offset(of: \.parent).map { $0 + 4 } ?? 0
            place.ifindex = CInt(hook.ifindex)
            place.attach_point = BPF_TC_INGRESS
            var options = bpf_tc_opts()
            options.sz = MemoryLayout<bpf_tc_opts>.offset(of: \.priority).map { $0 + 4 } ?? 0
            options.prog_fd = program.program.descriptor.raw
            options.flags = UInt32(BPF_TC_F_REPLACE.rawValue)
            options.handle = hook.handle
            options.priority = UInt32(hook.priority)
            // SAFETY: both structs are of the size that they name, and outlive the call.
            let result = unsafe bpf_tc_attach(&place, &options)
            guard result == 0 else { throw BenchFailure("\(hook.title): errno \(-result)") }
        }
    }
}
