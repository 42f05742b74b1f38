import CLibbpf
import Glibc
import Kernel

/// One of a deployment's maps, open for writing, as its agent has it.
///
/// A class, as its descriptor is held by the agent and used by whoever fills the map.
final class DeploymentMap: Sendable {
    private let descriptor: OwnedDescriptor
    private let name: String
    private let keySize: Int
    private let valueSize: Int
    let id: UInt32

    /// Opens a pin on the bpffs that the calling thread sees.
    convenience init(pin path: String) throws(LabError) {
        // SAFETY: bpf_obj_get() reads the path.
        let raw = try negated("open", path, unsafe bpf_obj_get(path))
        try self.init(path, owning: OwnedDescriptor(owning: raw))
    }

    /// Takes over a descriptor.
    init(_ name: String, owning descriptor: consuming OwnedDescriptor) throws(LabError) {
        let info = try BPFIdentifier.map(descriptor.raw)
        self.name = name
        self.descriptor = descriptor
        keySize = Int(info.key_size)
        valueSize = Int(info.value_size)
        id = info.id
    }

    /// At `path`, whose directories are made.
    func pin(at path: String) throws(LabError) {
        let parts = path.split(separator: "/").dropLast()
        for count in 1...parts.count {
            // SAFETY: mkdir() reads the path; what is there already is as good, and what fails, fails below.
            unsafe mkdir("/" + parts.prefix(count).joined(separator: "/"), 0o755)
        }
        // SAFETY: bpf_obj_pin() reads the path.
        try negated("pin", path, unsafe bpf_obj_pin(descriptor.raw, path))
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

    /// Every entry that `layout` can read.
    func entries(_ layout: any EntryLayout) throws(LabError) -> [LabMapEntry] {
        var found: [LabMapEntry] = []
        var key = [UInt8](repeating: 0, count: keySize)
        var value = [UInt8](repeating: 0, count: valueSize)
        var next = [UInt8](repeating: 0, count: keySize)
        // SAFETY: the arrays have the map's sizes; no key asks for the first one.
        var result = unsafe bpf_map_get_next_key(descriptor.raw, nil, &next)
        while result == 0 {
            key = next
            if unsafe bpf_map_lookup_elem(descriptor.raw, key, &value) == 0,
                let entry = layout.entry(key: key, value: value)
            {
                found.append(entry)
            }
            result = unsafe bpf_map_get_next_key(descriptor.raw, key, &next)
        }
        if result != -ENOENT { try negated("read", name, result) }
        return found
    }
}
