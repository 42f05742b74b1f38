import CLibbpf
import Glibc
import Kernel
import Model
import SystemPackage

/// Makes the set of interfaces with a member behind them: a DEVMAP_HASH keyed by ifindex.
///
/// The kernel prunes it: an interface that unregisters or moves away is taken out (`dev_map_notification`,
/// kernel/bpf/devmap.c). It looks for the interface in the namespace of the thread that writes.
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
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(
            BPF_MAP_TYPE_DEVMAP_HASH, "migrate_members", 4, 4, EnrolledSet.room(for: members.count), nil)
        guard raw >= 0 else { throw .call("create", "set of interfaces", Errno(rawValue: -raw)) }
        let map = OwnedDescriptor(owning: raw)
        let missing = try fill(map, members, in: namespace)
        // SAFETY: libbpf reads the path during the call only.
        let pinned = unsafe bpf_obj_pin(map.raw, path)
        guard pinned >= 0 else { throw .call("pin", path, Errno(rawValue: -pinned)) }
        return Made(mapID: try BPFMap(pin: path).record.id, count: members.count - missing.count, missing: missing)
    }

    private static func fill(
        _ map: borrowing OwnedDescriptor, _ members: [EnrolledSet.Interface], in namespace: NetworkNamespace
    ) throws(KernelError) -> [String] {
        let raw = map.raw
        return try namespace.run { () throws(KernelError) in
            var missing: [String] = []
            for member in members where try !put(member.ifindex, into: raw) { missing.append(member.interface) }
            // Names are read after the indexes were resolved: what bears another one was resolved to another interface.
            var socket = try NetlinkSocket()
            let names = Dictionary(
                try socket.links(netns: namespace.identity.cookie).map { ($0.ifindex, $0.name) },
                uniquingKeysWith: { $1 })
            for member in members where names[member.ifindex] != member.interface && !missing.contains(member.interface)
            {
                take(member.ifindex, from: raw)
                missing.append(member.interface)
            }
            return missing
        }
    }

    /// - Returns: `false` where no interface has that index (EINVAL).
    private static func put(_ ifindex: UInt32, into map: CInt) throws(KernelError) -> Bool {
        var key = ifindex, value = ifindex
        // SAFETY: key and value have the sizes the map was made with.
        let result = unsafe bpf_map_update_elem(map, &key, &value, UInt64(BPF_ANY))
        if result == -EINVAL { return false }
        guard result >= 0 else { throw .call("put into the set", "interface \(ifindex)", Errno(rawValue: -result)) }
        return true
    }

    private static func take(_ ifindex: UInt32, from map: CInt) {
        var key = ifindex
        // SAFETY: as above. What is not there needs no taking out.
        _ = unsafe bpf_map_delete_elem(map, &key)
    }
}
