import CLibbpf
import Glibc

/// Filters as the deployment makes them: clsact, priority 1, handle 1, protocol all, direct-action.
enum TrafficControl {
    enum Direction: String {
        case ingress
        case egress
    }

    /// In the calling thread's namespace.
    static func attach(program: CInt, to ifindex: UInt32, _ direction: Direction) throws(LabError) {
        let subject = "ifindex \(ifindex) \(direction.rawValue)"
        var hook = bpf_tc_hook()
        hook.sz = MemoryLayout<bpf_tc_hook>.size
        hook.ifindex = CInt(ifindex)
        hook.attach_point = direction == .ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS
        // SAFETY: libbpf reads both structures, whose size is set.
        let created = unsafe bpf_tc_hook_create(&hook)
        if created != -EEXIST { try negated("make clsact on", subject, created) }
        var options = bpf_tc_opts()
        options.sz = MemoryLayout<bpf_tc_opts>.size
        options.prog_fd = program
        options.handle = 1
        options.priority = 1
        try negated("attach to", subject, unsafe bpf_tc_attach(&hook, &options))
    }
}
