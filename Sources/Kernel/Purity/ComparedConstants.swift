/// The numbers that a program compares with: what it can single out packets by.
enum ComparedConstants {
    /// Immediates of conditional jumps, those beside them where order is asked, and 64-bit loads that fit 32 bits: a
    /// comparison with a register takes what does not fit an immediate from there.
    static func all(in program: [DumpedInstruction]) -> Set<UInt32> {
        var found: Set<UInt32> = []
        var place = 0
        while place < program.count {
            let instruction = program[place]
            let value = UInt32(bitPattern: instruction.immediate)
            if instruction.isWide {
                if instruction.source == 0, place + 1 < program.count, program[place + 1].immediate == 0 {
                    found.insert(value)
                }
                place += 2
                continue
            }
            place += 1
            // BPF_JMP, BPF_JMP32, with BPF_K.
            guard [5, 6].contains(instruction.code & 7), instruction.code & 8 == 0 else { continue }
            switch instruction.code & 0xf0 {
            // BPF_JEQ, BPF_JSET, BPF_JNE.
            case 0x10, 0x40, 0x50: found.insert(value)
            // BPF_JGT, _JGE, _JSGT, _JSGE, _JLT, _JLE, _JSLT, _JSLE.
            case 0x20, 0x30, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0: found.formUnion([value &- 1, value, value &+ 1])
            default: break
            }
        }
        return found
    }
}
