import CLibbpf
import Kernel
import Model
import SystemPackage

/// Makes the set of interfaces with a member behind them, for a run.
enum MemberSet {
    struct Made {
        var mapID: UInt32
        /// Interfaces that are in it.
        var count: Int
        /// Names of those that are gone since the plan, or are others by now.
        var missing: [String]
    }

    /// Makes and pins the set, with room to grow. Replaces nothing.
    static func make(
        _ members: [EnrolledSet.Interface], in namespace: NetworkNamespace, pin path: String
    ) throws(KernelError) -> Made {
        try make(members, into: try DeviceSet(room: EnrolledSet.room(for: members.count)), in: namespace, pin: path)
    }

    /// The same with a set that is there, and empty.
    static func make(
        _ members: [EnrolledSet.Interface], into set: borrowing DeviceSet, in namespace: NetworkNamespace,
        pin path: String
    ) throws(KernelError) -> Made {
        let missing = try namespace.run { () throws(KernelError) in
            try fill(set, members, netns: namespace.identity.cookie)
        }
        // SAFETY: libbpf reads the path during the call only.
        let pinned = unsafe bpf_obj_pin(set.map.descriptor.raw, path)
        guard pinned >= 0 else { throw .call("pin", path, Errno(rawValue: -pinned)) }
        return Made(mapID: set.map.record.id, count: members.count - missing.count, missing: missing)
    }

    static func fill(
        _ set: borrowing DeviceSet, _ members: [EnrolledSet.Interface], netns: UInt64
    ) throws(KernelError) -> [String] {
        var missing: [String] = []
        for member in members where try !set.put(member.ifindex) { missing.append(member.interface) }
        // Names are read after the indexes were resolved: what bears another one was resolved to another interface.
        var socket = try NetlinkSocket()
        let names = Dictionary(
            try socket.links(netns: netns).map { ($0.ifindex, $0.name) }, uniquingKeysWith: { $1 })
        for member in members where names[member.ifindex] != member.interface && !missing.contains(member.interface) {
            set.take(member.ifindex)
            missing.append(member.interface)
        }
        return missing
    }
}
