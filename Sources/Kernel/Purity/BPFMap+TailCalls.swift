extension BPFMap {
    /// Slots of an array of programs that are looked at, at most.
    private static let slotLimit: UInt32 = 4096

    /// Ids of the programs in an array of programs, in the order of its slots; `nil` where there are too many slots to look.
    func tailCallTargets() throws(KernelError) -> [UInt32]? {
        guard record.maxEntries <= Self.slotLimit else { return nil }
        var found: [UInt32] = []
        for index in 0..<record.maxEntries {
            // The kernel answers with the program's id (`prog_fd_array_sys_lookup_elem`, kernel/bpf/arraymap.c).
            guard let value = try value(of: withBytes(of: index)), value.count == 4 else { continue }
            found.append(value.reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        return found
    }

    /// In host order, as array maps have their keys.
    private func withBytes(of index: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: index.littleEndian >> (8 * UInt32($0))) }
    }
}
