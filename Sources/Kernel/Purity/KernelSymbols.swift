import Glibc

/// Names of the kernel's functions, from `/proc/kallsyms`.
enum KernelSymbols {
    /// Names of the functions at these distances from `__bpf_call_base`, bytes: as instructions name helpers.
    ///
    /// - Throws: `unsupported` where the kernel hides addresses (`kernel.kptr_restrict`).
    static func names(ofDistances distances: Set<Int32>) throws(KernelError) -> [Int32: String] {
        var base: UInt64?
        try each { address, name in
            if name() == "__bpf_call_base" { base = address }
            return base == nil
        }
        guard let base, base != 0 else {
            throw .unsupported("name", "helpers of a program", "/proc/kallsyms hides addresses")
        }
        let wanted = Dictionary(
            distances.map { (UInt64(bitPattern: Int64(bitPattern: base) &+ Int64($0)), $0) },
            uniquingKeysWith: { first, _ in first })
        var names: [Int32: String] = [:]
        try each { address, name in
            if let distance = wanted[address], names[distance] == nil { names[distance] = name() }
            return names.count < wanted.count
        }
        return names
    }

    /// Whether the kernel has a function of this name; not where it cannot be told.
    static func has(_ wanted: String) -> Bool {
        var found = false
        do throws(KernelError) {
            try each { _, name in
                found = name() == wanted
                return !found
            }
        } catch { return false }
        return found
    }

    /// Calls `body` with each function's address and name until it returns false.
    private static func each(_ body: (UInt64, () -> String) -> Bool) throws(KernelError) {
        // SAFETY: the stream is this function's own and closed at its end.
        guard let file = unsafe fopen("/proc/kallsyms", "re") else {
            throw .call("read", "/proc/kallsyms", .init(rawValue: errno))
        }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 1024)
        // SAFETY: fgets writes at most as many bytes as the array has, and ends them with a zero.
        while unsafe fgets(&line, CInt(line.count), file) != nil {
            // ADDRESS, type, name: "ffffffff814cc810 T __bpf_call_base".
            let address = unsafe strtoull(line, nil, 16)
            guard body(address, { name(in: line) }) else { return }
        }
    }

    private static func name(in line: [CChar]) -> String {
        let text = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
        let words = text.split(whereSeparator: { $0 == 32 || $0 == 9 })
        return words.count >= 3 ? String(decoding: words[2], as: UTF8.self) : ""
    }
}
