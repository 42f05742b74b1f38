import CLibbpf
import Model
import SystemPackage

/// A set of interfaces that membership `enrolled` asks: a DEVMAP_HASH keyed by ifindex, unpinned.
///
/// It can only be a map that this value has made, so nothing that was there before is ever written to. The kernel prunes it:
/// an interface that unregisters or moves away is taken out (`dev_map_notification`, kernel/bpf/devmap.c).
public struct DeviceSet: ~Copyable {
    public let map: BPFMap

    /// - Parameter room: interfaces that fit.
    public init(room: UInt32) throws(KernelError) {
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(BPF_MAP_TYPE_DEVMAP_HASH, "migrate_members", 4, 4, room, nil)
        guard raw >= 0 else { throw .call("create", "set of interfaces", Errno(rawValue: -raw)) }
        map = try BPFMap(owning: OwnedDescriptor(owning: raw))
    }

    /// Puts an interface of the calling thread's namespace in: there the kernel looks for it.
    ///
    /// - Returns: `false` where no interface has that index (EINVAL).
    public func put(_ ifindex: UInt32) throws(KernelError) -> Bool {
        var key = ifindex, value = ifindex
        // SAFETY: key and value have the sizes the map was made with.
        let result = unsafe bpf_map_update_elem(map.descriptor.raw, &key, &value, UInt64(BPF_ANY))
        if result == -EINVAL { return false }
        guard result >= 0 else { throw .call("put into the set", "interface \(ifindex)", Errno(rawValue: -result)) }
        return true
    }

    /// Takes one out, if it is there.
    public func take(_ ifindex: UInt32) {
        var key = ifindex
        // SAFETY: as above. What is not there needs no taking out.
        _ = unsafe bpf_map_delete_elem(map.descriptor.raw, &key)
    }
}

extension RedirectConfiguration {
    /// For a trial under membership `enrolled`: with a set that goes with the call, and holds these interfaces of the calling
    /// thread's namespace. Programs only ask whether an index is in it, so it serves in a mirror of that namespace as well.
    public func enrolling<Value: ~Copyable>(
        _ members: [UInt32], _ body: (RedirectConfiguration) throws(KernelError) -> Value
    ) throws(KernelError) -> Value {
        guard membership == .enrolled, enrolledMap == nil else { return try body(self) }
        let set = try DeviceSet(room: EnrolledSet.room(for: members.count))
        // What is gone by now is no member afterwards either.
        for member in members { _ = try set.put(member) }
        var told = self
        told.enrolledMap = set.map.record.id
        return try body(told)
    }
}
