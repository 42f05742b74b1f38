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
    private let slot: LegacySlot
    private let caller: BPFProgram

    public init() throws(KernelError) { try self.init(attachType: 0) }

    /// - Parameter attachType: that the caller says it is loaded for; 0 says none.
    private init(attachType: UInt32) throws(KernelError) {
        let slot = try LegacySlot()
        let loaded = migrate_load_tail_call(slot.map.descriptor.raw, attachType)
        caller = try BPFProgram(owning: OwnedDescriptor(owning: try checked("load", "a caller", loaded)))
        self.slot = slot
    }

    /// Puts a program in; the next one, or the value's end, takes it out again.
    /// - Returns: why it cannot be tail-called; `nil` where it can.
    /// - Throws: what keeps it from being tried at all; ENOENT once it is gone.
    public func refusal(program id: UInt32) throws(KernelError) -> String? {
        let program = try BPFProgram(id: id)
        guard let errno = errno(of: program) else { return nil }
        return "\(errno): \(try why(program, errno))"
    }

    /// What a caller of ours returns: the callee's verdict where the call was taken, else 1.
    func call(_ program: borrowing BPFProgram) throws(KernelError) -> UInt32 {
        try slot.put(program)
        return try TestRun.tc(caller.descriptor, packet: [UInt8](repeating: 0, count: 64), ifindex: 1).verdict
    }

    /// The kernel's word; `nil` where it takes the program.
    private func errno(of program: borrowing BPFProgram) -> Errno? {
        do throws(KernelError) { try slot.put(program) } catch { return error.errno ?? .invalidArgument }
        return nil
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
            return
                "it is a program of type \(record.type), a switch is one of type \(ProgramRecord.schedCls) (sched_cls)"
        }
        let its = try info(program), own = try info(caller)
        if (its.jited_prog_len == 0) != (own.jited_prog_len == 0) {
            return its.jited_prog_len == 0
                ? "it is interpreted, a switch is compiled (net.core.bpf_jit_enable)"
                : "it is compiled, a switch would be interpreted (net.core.bpf_jit_enable)"
        }
        if its.ifindex != 0 { return "it is bound to device \(its.ifindex)" }
        for (type, name) in Self.attachTypes where try TailCallTrial(attachType: type).errno(of: program) == nil {
            return "it was loaded for attach type \(name), a switch is loaded for none"
        }
        return "it differs from a switch in what the kernel compares: type, JIT, expected attach type"
    }

    /// That a tc program may say it is loaded for, beside none.
    private static let attachTypes: [(UInt32, String)] = [
        (UInt32(MIGRATE_TCX_INGRESS), "tcx/ingress"), (UInt32(MIGRATE_TCX_EGRESS), "tcx/egress"),
        (UInt32(MIGRATE_NETKIT_PRIMARY), "netkit/primary"),
        (UInt32(MIGRATE_NETKIT_PEER), "netkit/peer"),
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
