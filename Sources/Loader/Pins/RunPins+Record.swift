import CLibbpf
import Glibc
import Kernel
import Model
import SystemPackage

extension RunPins {
    /// Creates the record map, fills it, pins it. A run whose record is not pinned has changed nothing.
    public func write(_ run: PinnedRun) throws(KernelError) {
        // SAFETY: libbpf reads the name during the call only.
        let raw = unsafe bpf_map_create(
            BPF_MAP_TYPE_ARRAY, "migrate_record", 4, UInt32(PinnedHook.size), UInt32(run.hooks.count + 1), nil)
        guard raw >= 0 else { throw KernelError.call("create", "record of run \(runID)", Errno(rawValue: -raw)) }
        let map = OwnedDescriptor(owning: raw)
        try store([run.header()] + run.hooks.map { $0.encoded() }, from: 0, in: map)
        try pin(map, at: recordPath)
    }

    /// Says that from now on the legacy pins are being dropped: before the first of them goes.
    ///
    /// Whoever finds the run cut off then goes on with `finalize`, for there is no way back any more.
    public func markFinalizing() throws(KernelError) {
        try requireOwn()
        let map = try BPFMap(owning: try openRecord())
        guard var header = try map.value(of: [0, 0, 0, 0]) else { return }
        if let fault = PinnedRun.fault(in: header) { throw KernelError.malformed("read", recordPath, fault) }
        // As it is in every other byte: it may be of an earlier layout.
        header[PinnedRun.phaseOffset] = 1
        try store([header], from: 0, in: map.descriptor)
    }

    /// Writes the hooks again, with our programs' ids.
    public func update(_ run: PinnedRun) throws(KernelError) {
        let map = try openRecord()
        try store(run.hooks.map { $0.encoded() }, from: 1, in: map)
    }

    private func openRecord() throws(KernelError) -> OwnedDescriptor {
        // SAFETY: libbpf reads the path during the call only.
        let raw = unsafe bpf_obj_get(recordPath)
        guard raw >= 0 else { throw KernelError.call("open", recordPath, Errno(rawValue: -raw)) }
        return OwnedDescriptor(owning: raw)
    }

    /// Reads the record back. Throws `malformed` for a layout that this version does not know.
    public func read() throws(KernelError) -> PinnedRun {
        try requireOwn()
        let map = try BPFMap(pin: recordPath)
        let valueSize = Int(map.record.valueSize)
        // A later layout is longer; whether it may be read, its entries say.
        guard PinnedHook.sizes.values.contains(valueSize) || valueSize > PinnedHook.size, map.record.keySize == 4 else {
            throw KernelError.malformed("read", recordPath, "values of \(map.record.valueSize) bytes")
        }
        guard let first = try map.value(of: [0, 0, 0, 0]) else {
            throw KernelError.malformed("read", recordPath, "no header")
        }
        if let fault = PinnedRun.fault(in: first) { throw KernelError.malformed("read", recordPath, fault) }
        let header = RecordReader(bytes: first)
        let count: UInt32 = header.number(at: 4)
        guard count < map.record.maxEntries else { throw KernelError.malformed("read", recordPath, "\(count) hooks") }
        let run = PinnedRun(header, hooks: try hooks(count, in: map))
        guard run.runID == runID else { throw KernelError.malformed("read", recordPath, "it is of run \(run.runID)") }
        if let fault = PinnedRun.fault(in: run.hooks, cut: run.cut) {
            throw KernelError.malformed("read", recordPath, fault)
        }
        return run
    }

    private func hooks(_ count: UInt32, in map: borrowing BPFMap) throws(KernelError) -> [PinnedHook] {
        var hooks: [PinnedHook] = []
        // An array's entries come in the order of their keys, from 0, which is the header.
        for entry in try map.entries().dropFirst().prefix(Int(count)) {
            guard let hook = PinnedHook(decoding: entry.value) else {
                let fault = PinnedHook.fault(in: entry.value) ?? "another layout"
                throw KernelError.malformed("read", recordPath, "hook \(hooks.count): \(fault)")
            }
            hooks.append(hook)
        }
        return hooks
    }

    /// Pins a program as `legacy_<index>`, where `index` is that of the first hook that holds it.
    public func pinLegacy(_ program: borrowing BPFProgram, index: Int) throws(KernelError) {
        try pin(program.descriptor, at: legacyPath(index))
    }

    /// Pins a map or a program at one of the run's paths; `EEXIST` where something is pinned there.
    public func pin(_ object: borrowing OwnedDescriptor, at path: String) throws(KernelError) {
        // SAFETY: libbpf reads the path during the call only.
        let result = unsafe bpf_obj_pin(object.raw, path)
        guard result >= 0 else { throw KernelError.call("pin", path, Errno(rawValue: -result)) }
    }

    /// Writes entries with consecutive keys, in one call (`generic_map_update_batch`, kernel/bpf/syscall.c).
    private func store(_ values: [[UInt8]], from first: UInt32, in map: borrowing OwnedDescriptor) throws(KernelError) {
        let keys = values.indices.map { first + UInt32($0) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * PinnedHook.size)
        for value in values { bytes += value }
        var count = UInt32(values.count)
        // SAFETY: keys and values have the sizes the map was made with, and there are `count` of each.
        let result = unsafe bpf_map_update_batch(map.raw, keys, bytes, &count, nil)
        guard result >= 0 else { throw KernelError.call("write", "record of run \(runID)", Errno(rawValue: -result)) }
    }
}
