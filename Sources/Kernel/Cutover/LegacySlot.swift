import CLibbpf
import Model
import SystemPackage

/// The `PROG_ARRAY` of one entry through which a switch reaches the legacy program of its hook.
///
/// It can only be a map that this value has made, so nothing that was there before is ever written to. The kernel empties
/// it when its last user-space reference goes, whoever's program refers to it (`prog_array_map_clear`, kernel/bpf/arraymap.c):
/// pin it before a switch is attached.
public struct LegacySlot: ~Copyable, Sendable {
    public let map: BPFMap

    public init() throws(KernelError) {
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "migrate_slot", 4, 4, 1, nil)
        guard raw >= 0 else { throw .call("create", "slot of the legacy program", Errno(rawValue: -raw)) }
        map = try BPFMap(owning: OwnedDescriptor(owning: raw))
    }

    /// Puts the legacy program in. The kernel refuses (EINVAL) one that cannot be tail-called from the switch, which was
    /// loaded before: another type, an extended program, or another expected attach type.
    public func put(_ program: borrowing BPFProgram) throws(KernelError) {
        var key: UInt32 = 0, value = program.descriptor.raw
        // SAFETY: key and value have the sizes the map was made with.
        let result = unsafe bpf_map_update_elem(map.descriptor.raw, &key, &value, UInt64(BPF_ANY))
        guard result >= 0 else {
            throw .call("put into the slot", "program \(program.record.id)", Errno(rawValue: -result))
        }
    }
}

extension BPFMap {
    /// Id of the program in a slot of ours; `nil` when it is empty.
    public func slotProgram() throws(KernelError) -> UInt32? {
        guard let value = try value(of: [0, 0, 0, 0]), value.count == 4 else { return nil }
        return value.enumerated().reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
    }
}
