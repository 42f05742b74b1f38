import CKernel
import Glibc
import Kernel
import Model

/// The netlink requests that attach a program to a device of the mirror. Bytes; nothing is sent here.
extension NamespaceChanges.Change {
    static func clsact(_ ifindex: UInt32) -> Self {
        // TC_H_CLSACT and its handle, which is its major number (include/uapi/linux/pkt_sched.h).
        let header = FamilyHeader.trafficControl(ifindex: ifindex, handle: 0xffff_0000, parent: 0xffff_fff1)
        let message = NetlinkMessage(type: RTM_NEWQDISC, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, family: header)
            .with { $0.add(Int(TCA_KIND), "clsact") }
        return Self(message: message, subject: "clsact of ifindex \(ifindex)")
    }

    /// The program behind the descriptor decides alone, on what comes in.
    static func attach(_ program: CInt, to ifindex: UInt32) -> Self {
        let message = NetlinkMessage(
            type: RTM_NEWTFILTER, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, family: slot(ifindex).header
        ).with {
            $0.add(Int(TCA_KIND), "bpf")
            $0.nest(Int(TCA_OPTIONS)) {
                $0.add(Int(TCA_BPF_FD), UInt32(bitPattern: program))
                $0.add(Int(TCA_BPF_NAME), "mirror")
                $0.add(Int(TCA_BPF_FLAGS), UInt32(TCA_BPF_FLAG_ACT_DIRECT))
            }
        }
        return Self(message: message, subject: "filter of ifindex \(ifindex)")
    }

    static func detach(_ ifindex: UInt32) -> Self {
        let message = NetlinkMessage(type: RTM_DELTFILTER, flags: NLM_F_ACK, family: slot(ifindex).header)
            .with { $0.add(Int(TCA_KIND), "bpf") }
        return Self(message: message, subject: "removal of the filter of ifindex \(ifindex)")
    }

    /// TC_H_CLSACT's ingress; ETH_P_ALL.
    private static func slot(_ ifindex: UInt32) -> FilterSlot {
        FilterSlot(ifindex: ifindex, parent: 0xffff_fff2, chain: 0, priority: 1, protocol: 3, handle: 1)
    }
}
