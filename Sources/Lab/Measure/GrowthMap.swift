import CLibbpf
import Kernel
import Model

/// The fabric's program with a map as large as wanted.
enum GrowthMap {
    /// Loads `fabric_forward` with `count` endpoints of one family.
    static func legacy(_ family: AddressFamily, _ count: Int, _ path: MeasuredPath) throws -> BPFProgram {
        guard let layout = FabricDeployment.layout(family) else { throw LabError(.system, "find the map's layout") }
        let map = try make(layout, family, count)
        try fill(map, layout, family, count, path)
        let object = try MeasuredObject.fabric.open("fabric_forward")
        try object.reuse(map: layout.map, descriptor: map)
        let loaded = try object.load()
        return try BPFProgram(owning: try loaded.program("fabric_forward"))
    }

    private static func make(
        _ layout: any EntryLayout, _ family: AddressFamily, _ count: Int
    ) throws(LabError) -> OwnedDescriptor {
        let sizes: (key: UInt32, value: UInt32) = family == .ipv4 ? (8, 28) : (16, 32)
        let type = family == .ipv4 ? BPF_MAP_TYPE_HASH : BPF_MAP_TYPE_LRU_HASH
        // An LRU map makes room before it is full: with twice the room it keeps them all.
        let room = UInt32(family == .ipv4 ? count : 2 * count + 4096)
        // SAFETY: the name is read during the call only; no options.
        let raw = unsafe bpf_map_create(type, layout.map, sizes.key, sizes.value, room, nil)
        return OwnedDescriptor(owning: try negated("make", layout.map, raw))
    }

    private static func fill(
        _ map: borrowing OwnedDescriptor, _ layout: any EntryLayout, _ family: AddressFamily, _ count: Int,
        _ path: MeasuredPath
    ) throws(LabError) {
        var keys: [UInt8] = [], values: [UInt8] = []
        for index in 0..<count {
            let entry = LabMapEntry(
                address: GrowthAddresses.address(family, index), ifindex: path.receiver.ifindex,
                mac: path.receiver.mac, sourceMAC: LabAddresses.hostMAC)
            keys += layout.key(entry)
            values += layout.value(entry)
        }
        var written = UInt32(count)
        // SAFETY: both arrays hold `count` entries of the map's sizes; no options.
        try negated("fill", layout.map, unsafe bpf_map_update_batch(map.raw, keys, values, &written, nil))
        guard written == count else {
            throw LabError(.system, "fill \(layout.map)", facts: ["\(written) of \(count) entries"])
        }
    }
}
