import CLibbpf
import Glibc
import Kernel

/// One of the deployment's pinned maps, reached from inside the lab.
struct AmbientMap: ~Copyable {
    static let names = ["app_info", "ztunnel_info", "host_ip_info", "log_level"]
    static let directory = "/sys/fs/bpf/ambient"

    static func pin(_ name: String) -> String { "\(directory)/\(name)" }

    private let descriptor: OwnedDescriptor
    private let name: String
    private let keySize: Int
    private let valueSize: Int

    /// Opens the pin on the bpffs that the calling thread sees.
    init(_ name: String) throws(LabError) {
        // SAFETY: bpf_obj_get() reads the path.
        let raw = try negated("open", Self.pin(name), unsafe bpf_obj_get(Self.pin(name)))
        try self.init(name, owning: OwnedDescriptor(owning: raw))
    }

    /// Takes over a descriptor.
    init(_ name: String, owning descriptor: consuming OwnedDescriptor) throws(LabError) {
        let info = try BPFIdentifier.map(descriptor.raw)
        self.name = name
        self.descriptor = descriptor
        keySize = Int(info.key_size)
        valueSize = Int(info.value_size)
    }

    func update(_ key: [UInt8], _ value: [UInt8]) throws(LabError) {
        precondition(key.count == keySize && value.count == valueSize, "wrong size for \(name)")
        // SAFETY: the kernel reads what the map's layout says, which is what the arrays hold.
        try negated("write", name, unsafe bpf_map_update_elem(descriptor.raw, key, value, UInt64(BPF_ANY)))
    }

    func delete(_ key: [UInt8]) throws(LabError) {
        precondition(key.count == keySize, "wrong size for \(name)")
        // SAFETY: as above.
        try negated("delete from", name, unsafe bpf_map_delete_elem(descriptor.raw, key))
    }

    /// Everything in it, as pairs of key and value; for `app_info`.
    func entries() throws(LabError) -> [LabMapEntry] {
        var found: [LabMapEntry] = []
        var key = [UInt8](repeating: 0, count: keySize)
        var value = [UInt8](repeating: 0, count: valueSize)
        var next = [UInt8](repeating: 0, count: keySize)
        // SAFETY: the arrays have the map's sizes; no key asks for the first one.
        var result = unsafe bpf_map_get_next_key(descriptor.raw, nil, &next)
        while result == 0 {
            key = next
            if unsafe bpf_map_lookup_elem(descriptor.raw, key, &value) == 0,
                let entry = LabMapEntry(key: key, value: value)
            {
                found.append(entry)
            }
            result = unsafe bpf_map_get_next_key(descriptor.raw, key, &next)
        }
        if result != -ENOENT { try negated("read", name, result) }
        return found.sorted { $0.address < $1.address }
    }
}
