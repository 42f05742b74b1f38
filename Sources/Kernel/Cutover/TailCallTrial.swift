import CLibbpf
import Glibc
import Model
import SystemPackage

/// Whether somebody else's programs can be tail-called from a switch: found out by putting them into an array of programs that
/// goes with this value.
///
/// The array takes what its first user is like: type, JIT state, expected attach type (`bpf_prog_map_compatible`,
/// kernel/bpf/core.c). So a tc program of a few instructions is loaded that refers to it, as a switch would. While a program
/// is in, it cannot be extended (freplace); nothing else of it changes. Needs CAP_SYS_ADMIN, for programs by their ids.
public struct TailCallTrial: ~Copyable {
    private let slots: OwnedDescriptor
    private let caller: BPFProgram

    public init() throws(KernelError) { try self.init(attachType: 0) }

    /// - Parameter attachType: that the caller says it is loaded for; 0 says none.
    private init(attachType: UInt32) throws(KernelError) {
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "probe_slots", 4, 4, 1, nil)
        slots = OwnedDescriptor(owning: try checked("create", "array of programs", raw))
        let loaded = migrate_load_tail_call(slots.raw, attachType)
        caller = try BPFProgram(owning: OwnedDescriptor(owning: try checked("load", "a caller", loaded)))
    }

    /// Puts a program in, and takes it out again.
    /// - Returns: why it cannot be tail-called; `nil` where it can.
    /// - Throws: what keeps it from being tried at all; ENOENT once it is gone.
    public func refusal(program id: UInt32) throws(KernelError) -> String? {
        let program = try BPFProgram(id: id)
        guard let errno = put(program) else { return nil }
        return "\(errno): \(try why(program, errno))"
    }

    /// What a caller of ours returns: the callee's verdict where the call was taken, else 1.
    func call(_ program: borrowing BPFProgram) throws(KernelError) -> UInt32 {
        if let errno = set(program) { throw .call("tail-call", "program \(program.record.id)", errno) }
        let result = try TestRun.tc(caller.descriptor, packet: [UInt8](repeating: 0, count: 64), ifindex: 1)
        clear()
        return result.verdict
    }

    private func put(_ program: borrowing BPFProgram) -> Errno? {
        let errno = set(program)
        clear()
        return errno
    }

    private func set(_ program: borrowing BPFProgram) -> Errno? {
        var key: UInt32 = 0, value = program.descriptor.raw
        // SAFETY: key and value have the sizes the map was made with.
        let result = unsafe bpf_map_update_elem(slots.raw, &key, &value, UInt64(BPF_ANY))
        return result < 0 ? Errno(rawValue: -result) : nil
    }

    /// What is not there needs no taking out.
    private func clear() {
        var key: UInt32 = 0
        // SAFETY: as above.
        _ = unsafe bpf_map_delete_elem(slots.raw, &key)
    }
}

// The kernel says EINVAL for any of several reasons; what can be told of them.
extension TailCallTrial {
    private func why(_ program: borrowing BPFProgram, _ errno: Errno) throws(KernelError) -> String {
        switch errno {
        case .resourceBusy: return "another program extends it (freplace)"
        case .invalidArgument: break
        default: return "the kernel gives no reason"
        }
        let record = program.record
        guard record.type == ProgramRecord.schedCls else {
            return "it is a program of type \(record.type), a switch is one of type \(ProgramRecord.schedCls) (sched_cls)"
        }
        let its = try info(program), own = try info(caller)
        if (its.jited_prog_len == 0) != (own.jited_prog_len == 0) {
            return its.jited_prog_len == 0
                ? "it is interpreted, a switch is compiled (net.core.bpf_jit_enable)"
                : "it is compiled, a switch would be interpreted (net.core.bpf_jit_enable)"
        }
        if its.ifindex != 0 { return "it is bound to device \(its.ifindex)" }
        for (type, name) in Self.attachTypes where try TailCallTrial(attachType: type).put(program) == nil {
            return "it was loaded for attach type \(name), a switch is loaded for none"
        }
        return "it differs from a switch in what the kernel compares: type, JIT, expected attach type"
    }

    /// That a tc program may say it is loaded for, beside none.
    private static let attachTypes: [(UInt32, String)] = [
        (UInt32(MIGRATE_TCX_INGRESS.rawValue), "tcx/ingress"), (UInt32(MIGRATE_TCX_EGRESS.rawValue), "tcx/egress"),
        (UInt32(MIGRATE_NETKIT_PRIMARY.rawValue), "netkit/primary"),
        (UInt32(MIGRATE_NETKIT_PEER.rawValue), "netkit/peer"),
    ]

    private func info(_ program: borrowing BPFProgram) throws(KernelError) -> bpf_prog_info {
        var info = bpf_prog_info()
        // SAFETY: the shim fills `info`; no array is asked for.
        try checked(
            "read", "program \(program.record.id)",
            unsafe migrate_program_info(program.descriptor.raw, &info, nil, 0))
        return info
    }
}
