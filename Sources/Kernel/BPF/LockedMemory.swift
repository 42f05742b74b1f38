import Model

/// What BPF objects are charged for.
public enum LockedMemory {
    /// Bytes, as `/proc/self/fdinfo` says of an open program (`bpf_prog_show_fdinfo`, kernel/bpf/syscall.c); `nil` where it is
    /// gone or not to be opened.
    public static func ofProgram(_ id: UInt32) -> UInt64? {
        guard let program = try? BPFProgram(id: id) else { return nil }
        return bytes(program.descriptor.raw)
    }

    /// The same of a map (`bpf_map_show_fdinfo`): since Linux 6.4 what it uses, before that what it may come to use.
    public static func ofMap(_ id: UInt32) -> UInt64? {
        guard let map = try? BPFMap(id: id) else { return nil }
        return bytes(map.descriptor.raw)
    }

    private static func bytes(_ descriptor: CInt) -> UInt64? {
        let facts = TextFile.read("/proc/self/fdinfo/\(descriptor)") ?? ""
        return facts.split(separator: "\n").first { $0.hasPrefix("memlock:") }
            .flatMap { UInt64($0.dropFirst("memlock:".count).filter(\.isNumber)) }
    }
}
