import CLibbpf
import Glibc
import Model
import SystemPackage

/// The destinations that a run's replacement should deliver, each with the interface that leads to it: only they can fail
/// (`planned`, bpf/failures.h). A hash map of this value's making, unpinned: the switches that refer to it keep it.
///
/// They are those that the plan called `same` or `healed`, not all keys of the legacy map but those with another effect: there
/// are no more of them than addresses on this machine, and a key that comes later is nobody's failure.
public struct PlannedSet: ~Copyable {
    public let map: BPFMap

    /// - Parameter destinations: with the ifindex that leads there, 0 where that is not known.
    public init(_ destinations: [IPAddress: UInt32]) throws(KernelError) {
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(
            BPF_MAP_TYPE_HASH, "migrate_planned", 16, 4, UInt32(max(1, destinations.count)), nil)
        guard raw >= 0 else { throw .call("create", "set of planned destinations", Errno(rawValue: -raw)) }
        let made = try BPFMap(owning: OwnedDescriptor(owning: raw))
        for (address, ifindex) in destinations { try Self.put(address, ifindex, into: made) }
        map = made
    }

    private static func put(
        _ address: IPAddress, _ ifindex: UInt32, into map: borrowing BPFMap
    ) throws(KernelError) {
        // IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), network byte order.
        var key =
            switch address {
            case .v4(let value): (UInt128(0xffff) << 32 | UInt128(value)).bigEndian
            case .v6(let value): value.bigEndian
            }
        var value = ifindex
        // SAFETY: key and value have the sizes the map was made with.
        let result = unsafe bpf_map_update_elem(map.descriptor.raw, &key, &value, UInt64(BPF_ANY))
        guard result >= 0 else { throw .call("put into the set", "\(address)", Errno(rawValue: -result)) }
    }
}
