import CLibbpf

extension BPFProgram {
    /// Its instructions as the verifier left them, eight bytes each. Needs CAP_SYS_ADMIN and CAP_PERFMON.
    public func instructions() throws(KernelError) -> [UInt64] {
        let subject = "instructions of program \(record.id)"
        var length: UInt32 = 0
        // SAFETY: without room the kernel tells the length and writes nothing.
        try checked("read", subject, unsafe migrate_program_instructions(descriptor.raw, nil, &length))
        var found = [UInt64](repeating: 0, count: Int(length) / 8)
        length = UInt32(found.count) * 8
        // SAFETY: the kernel writes at most `length` bytes, which the array has.
        try checked("read", subject, unsafe migrate_program_instructions(descriptor.raw, &found, &length))
        return found
    }
}
