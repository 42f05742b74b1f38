import CLibbpf
import Glibc
import Model
import SystemPackage

/// The destinations that a run's replacement should deliver, each with the interface that leads to it: only they can fail, or go to
/// a wrong device (`planned` and `planned_devices`, bpf/failures.h). Hash maps of this value's making, unpinned: the
/// switches that refer to them keep them.
///
/// They are those that the plan called `same` or `healed`, not all keys of the legacy map but those with another effect: there
/// are no more of them than addresses on this machine, and a key that comes later is nobody's failure.
public struct PlannedSet: ~Copyable {
    public let map: BPFMap
    /// The interfaces that they are behind.
    public let devices: BPFMap

    /// - Parameter destinations: with the ifindex that leads there, 0 where that is not known.
    public init(_ destinations: [IPAddress: UInt32]) throws(KernelError) {
        let addresses = try Self.make("migrate_planned", keySize: 16, entries: destinations.count)
        for (address, ifindex) in destinations {
            // IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), network byte order.
            let key =
                switch address {
                case .v4(let value): (UInt128(0xffff) << 32 | UInt128(value)).bigEndian
                case .v6(let value): value.bigEndian
                }
            try Self.put(key, ifindex, into: addresses)
        }
        let interfaces = Set(destinations.values).subtracting([0])
        let devices = try Self.make("migrate_devices", keySize: 4, entries: interfaces.count)
        for ifindex in interfaces { try Self.put(ifindex, ifindex, into: devices) }
        map = addresses
        self.devices = devices
    }

    private static func make(_ name: String, keySize: UInt32, entries: Int) throws(KernelError) -> BPFMap {
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(BPF_MAP_TYPE_HASH, name, keySize, 4, UInt32(max(1, entries)), nil)
        guard raw >= 0 else { throw .call("create", "map \(name)", Errno(rawValue: -raw)) }
        return try BPFMap(owning: OwnedDescriptor(owning: raw))
    }

    /// - Parameter key: as long as the map's keys.
    private static func put<Key: FixedWidthInteger>(
        _ key: Key, _ ifindex: UInt32, into map: borrowing BPFMap
    ) throws(KernelError) {
        var (key, value) = (key, ifindex)
        // SAFETY: key and value have the sizes the map was made with.
        let result = unsafe bpf_map_update_elem(map.descriptor.raw, &key, &value, UInt64(BPF_ANY))
        guard result >= 0 else { throw .call("put into", "map \(map.record.name)", Errno(rawValue: -result)) }
    }
}
