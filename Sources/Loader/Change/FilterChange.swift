import CKernel
import Glibc
import Kernel
import Model
import SystemPackage

/// Exchanges the program of a tc filter in its own slot.
///
/// Same parent, chain, priority, protocol and **handle**, `NLM_F_REPLACE` without `NLM_F_CREATE`: a filter
/// that is gone gives ENOENT, never a second filter (net/sched/cls_api.c `tc_new_tfilter`). The kernel swaps
/// the program under RCU (`cls_bpf_change`), so every packet meets the old one or the new one.
public enum FilterChange {
    /// `TCA_CLS_FLAGS_SKIP_HW | TCA_CLS_FLAGS_SKIP_SW`: what may be sent; the others are the kernel's to say,
    /// and echoing them gives EINVAL.
    static let sendableOffloadFlags: UInt32 = 0b11

    /// The request; `attributes` are those the filter shall have, `program` is a descriptor of the new one.
    public static func message(
        _ slot: FilterSlot, program: CInt, attributes: Filter.BPF
    ) -> NetlinkMessage {
        NetlinkMessage(type: RTM_NEWTFILTER, flags: NLM_F_ACK | NLM_F_REPLACE, family: slot.header).with { top in
            top.add(Int(TCA_KIND), "bpf")
            if slot.chain != 0 { top.add(Int(TCA_CHAIN), slot.chain) }
            top.nest(Int(TCA_OPTIONS)) { options in
                options.add(Int(TCA_BPF_FD), UInt32(bitPattern: program))
                // Attributes that are not sent again vanish from the filter.
                if let name = attributes.name { options.add(Int(TCA_BPF_NAME), name) }
                if let classID = attributes.classID { options.add(Int(TCA_BPF_CLASSID), classID) }
                if let flags = attributes.flags { options.add(Int(TCA_BPF_FLAGS), flags) }
                if let offload = attributes.offloadFlags, offload & sendableOffloadFlags != 0 {
                    options.add(Int(TCA_BPF_FLAGS_GEN), offload & sendableOffloadFlags)
                }
            }
        }
    }

    /// Replaces by the program behind the descriptor; for a thread inside the filter's namespace. Throws `ENOENT` when the filter is gone.
    public static func replace(
        _ slot: FilterSlot, program: CInt, attributes: Filter.BPF, socket: inout NetlinkSocket
    ) throws(KernelError) {
        try Send.one(
            message(slot, program: program, attributes: attributes), socket: &socket, operation: "replace",
            subject: slot.description)
    }
}
