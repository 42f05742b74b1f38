import CLibbpf
import Kernel
import Model
import SystemPackage

/// Keeps the sets of interfaces that a run with membership `enrolled` has pinned. Only what comes is put in: the kernel takes out
/// what goes.
public enum MemberKeeping {
    /// Puts interfaces into the run's set of their namespace.
    ///
    /// - Returns: those that are in it now; one that is gone meanwhile is not.
    public static func put(
        _ members: [EnrolledSet.Interface], bpffs: BPFFileSystem, runID: String, in namespace: NetworkNamespace
    ) throws(MigrateError) -> [EnrolledSet.Interface] {
        let pins = RunPins(bpffs: bpffs, runID: runID)
        let path = pins.enrolledPath(namespace.identity.cookie)
        return try acting("keep the set of enrolled interfaces") { () throws(KernelError) in
            try pins.requireOwn()
            // SAFETY: libbpf reads the path during the call only.
            let raw = unsafe bpf_obj_get(path)
            guard raw >= 0 else { throw .call("open", path, Errno(rawValue: -raw)) }
            let map = try BPFMap(owning: OwnedDescriptor(owning: raw))
            guard map.record.isDeviceSet else { throw .refused("fill", path, "it is no set of interfaces") }
            let file = map.descriptor.raw
            // There the kernel looks for them.
            return try namespace.run { () throws(KernelError) in
                var there: [EnrolledSet.Interface] = []
                for member in members where try put(member.ifindex, file) { there.append(member) }
                return there
            }
        }
    }

    private static func put(_ ifindex: UInt32, _ map: CInt) throws(KernelError) -> Bool {
        var key = ifindex, value = ifindex
        // SAFETY: key and value have the sizes of a set of interfaces, which the caller has checked.
        let result = unsafe bpf_map_update_elem(map, &key, &value, UInt64(BPF_ANY))
        if result == -EINVAL { return false }
        guard result >= 0 else { throw .call("put into the set", "interface \(ifindex)", Errno(rawValue: -result)) }
        return true
    }
}
