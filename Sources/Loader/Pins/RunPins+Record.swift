import CLibbpf
import Glibc
import Kernel
import Model
import SystemPackage

/// The whole record of a run: entry 0 describes the run, entry n + 1 its hook n.
public struct PinnedRun: Hashable, Sendable {
    public var runID: String
    public var planID: String
    /// Cookie of the node's namespace.
    public var nodeNetns: UInt64
    public var hooks: [PinnedHook]
    public var cut: CutKind = .direct
    /// The legacy pins are being dropped: there is no way back.
    public var isFinalizing = false

    public init(runID: String, planID: String, nodeNetns: UInt64, hooks: [PinnedHook]) {
        self.runID = runID
        self.planID = planID
        self.nodeNetns = nodeNetns
        self.hooks = hooks
    }
}

extension RunPins {
    /// Creates the record map, fills it, pins it. A run whose record is not pinned has changed nothing.
    public func write(_ run: PinnedRun) throws(KernelError) {
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(
            BPF_MAP_TYPE_ARRAY, "migrate_record", 4, UInt32(PinnedHook.size), UInt32(run.hooks.count + 1), nil)
        guard raw >= 0 else { throw KernelError.call("create", "record of run \(runID)", Errno(rawValue: -raw)) }
        let map = OwnedDescriptor(owning: raw)
        var header = RecordWriter(size: PinnedHook.size)
        header.put(PinnedHook.layoutVersion, at: 0)
        header.put(UInt32(run.hooks.count), at: 4)
        header.put(run.nodeNetns, at: 8)
        header.put(run.runID, at: 64, room: 64)
        header.put(run.planID, at: 128, room: 128)
        try store(header.bytes, at: 0, in: map)
        for (index, hook) in run.hooks.enumerated() { try store(hook.encoded(), at: UInt32(index + 1), in: map) }
        try pin(map, at: recordPath)
    }

    /// Writes the hooks again, with our programs' ids.
    public func update(_ run: PinnedRun) throws(KernelError) {
        // SAFETY: libbpf reads the path during the call only.
        let raw = unsafe bpf_obj_get(recordPath)
        guard raw >= 0 else { throw KernelError.call("open", recordPath, Errno(rawValue: -raw)) }
        let map = OwnedDescriptor(owning: raw)
        for (index, hook) in run.hooks.enumerated() { try store(hook.encoded(), at: UInt32(index + 1), in: map) }
    }

    /// Reads the record back. Throws `malformed` for a layout that this version does not know.
    public func read() throws(KernelError) -> PinnedRun {
        try requireOwn()
        let map = try BPFMap(pin: recordPath)
        guard PinnedHook.sizes.values.contains(Int(map.record.valueSize)), map.record.keySize == 4 else {
            throw KernelError.malformed("read", recordPath, "values of \(map.record.valueSize) bytes")
        }
        guard let first = try map.value(of: [0, 0, 0, 0]) else {
            throw KernelError.malformed("read", recordPath, "no header")
        }
        let header = RecordReader(bytes: first)
        guard PinnedHook.sizes[header.version] == first.count else {
            throw KernelError.malformed("read", recordPath, "layout version \(header.version)")
        }
        let count: UInt32 = header.number(at: 4)
        guard count < map.record.maxEntries else { throw KernelError.malformed("read", recordPath, "\(count) hooks") }
        var hooks: [PinnedHook] = []
        for index in 1..<(count + 1) {
            var key = RecordWriter(size: 4)
            key.put(index, at: 0)
            let value = try map.value(of: key.bytes) ?? []
            guard let hook = PinnedHook(decoding: value) else {
                let fault = PinnedHook.fault(in: value) ?? "another layout"
                throw KernelError.malformed("read", recordPath, "hook \(index - 1): \(fault)")
            }
            hooks.append(hook)
        }
        let owner = header.text(at: 64, room: 64)
        guard owner == runID else { throw KernelError.malformed("read", recordPath, "it is of run \(owner)") }
        return PinnedRun(
            runID: owner, planID: header.text(at: 128, room: 128),
            nodeNetns: header.number(at: 8), hooks: hooks)
    }

    /// Pins a program as `legacy_<index>`.
    public func pinLegacy(_ program: borrowing BPFProgram, index: Int) throws(KernelError) {
        try pin(program.descriptor, at: legacyPath(index))
    }

    func pin(_ object: borrowing OwnedDescriptor, at path: String) throws(KernelError) {
        // SAFETY: libbpf reads the path during the call only.
        let result = unsafe bpf_obj_pin(object.raw, path)
        guard result >= 0 else { throw KernelError.call("pin", path, Errno(rawValue: -result)) }
    }

    private func store(_ value: [UInt8], at index: UInt32, in map: borrowing OwnedDescriptor) throws(KernelError) {
        var key = index
        // SAFETY: key and value have the sizes the map was made with.
        let result = unsafe bpf_map_update_elem(map.raw, &key, value, UInt64(BPF_ANY))
        guard result >= 0 else { throw KernelError.call("write", "record of run \(runID)", Errno(rawValue: -result)) }
    }
}
