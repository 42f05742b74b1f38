import CKernel
import CLibbpf
import Glibc
import Model
import SystemPackage

/// Programs of netkit devices (Linux 6.7).
///
/// Both lists belong to the primary device, the host's end: what it sends is its egress, what its peer sends comes in
/// there (drivers/net/netkit.c).
enum NetkitHookReader {
    /// For a thread inside that namespace.
    static func hooks(in netns: NamespaceIdentity, links: [Link]) throws(KernelError) -> [Hook] {
        var hooks: [Hook] = []
        for link in links where link.kind == "netkit" {
            let ends: [(UInt32, HookDirection)] = [
                (UInt32(MIGRATE_NETKIT_PEER), .ingress), (UInt32(MIGRATE_NETKIT_PRIMARY), .egress),
            ]
            for (attachType, direction) in ends {
                let found = try query(ifindex: link.ifindex, attachType: attachType)
                for (position, program) in found.programs.enumerated() {
                    hooks.append(
                        Hook(
                            netns: netns, interface: link.name, ifindex: link.ifindex, kind: .netkit,
                            direction: direction, chain: 0, priority: 0, handle: 0, etherType: 3,
                            program: ProgramReference(loaded: program.id), filter: nil,
                            attachment: Attachment(
                                linkID: program.linkID, position: UInt32(position), revision: found.revision)))
                }
            }
        }
        return hooks
    }

    struct Programs {
        var programs: [(id: UInt32, linkID: UInt32?)] = []
        var revision: UInt64 = 0
    }

    /// The programs in the order in which they run; none where the kernel knows no netkit or the device is none of it.
    static func query(ifindex: UInt32, attachType: UInt32) throws(KernelError) -> Programs {
        var room: UInt32 = 64
        while true {
            var ids = [UInt32](repeating: 0, count: Int(room)), links = ids
            var count = room
            var revision: UInt64 = 0
            // SAFETY: both arrays have `count` elements, and the kernel writes no more.
            let result = unsafe migrate_program_list(ifindex, attachType, &ids, &links, &count, &revision)
            switch -result {
            case 0:
                let programs = zip(ids, links).prefix(Int(count)).map { ($0, $1 == 0 ? nil : $1) }
                return Programs(programs: programs, revision: revision)
            case ENOSPC where count > room: room = count
            // EINVAL: a kernel without netkit. ENXIO: a device of another kind. EACCES: the peer, whose lists the
            // primary has. ENODEV: gone.
            case EINVAL, ENXIO, EACCES, ENODEV: return Programs()
            default: throw .call("query", "netkit programs of ifindex \(ifindex)", Errno(rawValue: -result))
            }
        }
    }
}
