import CLibbpf
import Glibc
import Model
import SystemPackage

/// Whether a program that somebody else loaded can be tail-called from a switch, and how the switch must be loaded for that:
/// found out by putting the program into an array of programs that goes with the call.
///
/// The array takes what its first user is like: type, JIT state, and on newer kernels the expected attach type
/// (`bpf_prog_map_compatible`, kernel/bpf/core.c), which the kernel tells of no program. So a tc program of a few instructions
/// is loaded that refers to it, as a switch would. While the program is in, it cannot be extended (freplace); nothing else of
/// it changes. Needs CAP_SYS_ADMIN, for programs by their ids.
public enum TailCallTrial: Hashable, Sendable {
    /// From a tc program that is loaded with this expected attach type; 0 is none.
    case fits(attachType: UInt32)
    /// From none, and why.
    case refused(String)

    /// - Throws: what keeps it from being tried at all; ENOENT once the program is gone.
    public static func of(program id: UInt32) throws(KernelError) -> TailCallTrial {
        let program = try BPFProgram(id: id)
        let first = try errno(of: program, attachType: 0)
        guard let first else { return .fits(attachType: 0) }
        guard first == .invalidArgument, program.record.type == ProgramRecord.schedCls else {
            return .refused("\(first): \(try why(program, first))")
        }
        for attachType in attachTypes where try errno(of: program, attachType: attachType) == nil {
            return .fits(attachType: attachType)
        }
        return .refused("\(first): \(try why(program, first))")
    }

    /// What libbpf gives programs of sections `tcx/…` and `netkit/…`; those of `tc` have none.
    private static let attachTypes: [UInt32] = [
        UInt32(MIGRATE_TCX_INGRESS), UInt32(MIGRATE_TCX_EGRESS), UInt32(MIGRATE_NETKIT_PRIMARY),
        UInt32(MIGRATE_NETKIT_PEER),
    ]

    /// The kernel's word; `nil` where it takes the program.
    private static func errno(of program: borrowing BPFProgram, attachType: UInt32) throws(KernelError) -> Errno? {
        let slot = try LegacySlot()
        _ = try caller(slot, attachType: attachType)
        do throws(KernelError) { try slot.put(program) } catch { return error.errno ?? .invalidArgument }
        return nil
    }

    /// A tc program that goes on into the slot's, and returns 1 where it cannot. The slot remembers what it was like.
    static func caller(_ slot: borrowing LegacySlot, attachType: UInt32 = 0) throws(KernelError) -> BPFProgram {
        let loaded = migrate_load_tail_call(slot.map.descriptor.raw, attachType)
        return try BPFProgram(owning: OwnedDescriptor(owning: try checked("load", "a caller", loaded)))
    }
}

// The kernel says EINVAL for any of several reasons; what can be told of them.
extension TailCallTrial {
    private static func why(_ program: borrowing BPFProgram, _ errno: Errno) throws(KernelError) -> String {
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
        let its = try info(program), own = try info(try caller(try LegacySlot()))
        if (its.jited_prog_len == 0) != (own.jited_prog_len == 0) {
            return its.jited_prog_len == 0
                ? "it is interpreted, a switch is compiled (net.core.bpf_jit_enable)"
                : "it is compiled, a switch would be interpreted (net.core.bpf_jit_enable)"
        }
        if its.ifindex != 0 { return "it is bound to device \(its.ifindex)" }
        return "it was loaded for an attach type that is none of tc's"
    }

    private static func info(_ program: borrowing BPFProgram) throws(KernelError) -> bpf_prog_info {
        var info = bpf_prog_info()
        // SAFETY: the shim fills `info`; no array is asked for.
        try checked(
            "read", "program \(program.record.id)",
            unsafe migrate_program_info(program.descriptor.raw, &info, nil, 0))
        return info
    }
}
