/// The kernel's own store into an LRU map: an inlined lookup marks the entry as used.
///
/// ```
/// call __htab_map_lookup_elem
/// if r0 == 0 goto +4
/// r1 = *(u8 *)(r0 + REF)
/// if r1 != 0 goto +1
/// *(u8 *)(r0 + REF) = 1
/// r0 += VALUE
/// ```
/// `htab_lru_map_gen_lookup`, kernel/bpf/hashtab.c. REF lies in `struct htab_elem` before the value, whose distance is VALUE.
struct MarkOfUse {
    /// Whether a call of this helper is an inlined lookup: the function has no number that a program could call it by.
    let isInlinedLookup: (Int32) -> Bool
    /// Ids of the maps of type `BPF_MAP_TYPE_LRU_HASH`.
    let maps: Set<UInt32>

    /// The function that inlined lookups in hash maps call.
    static let function = "__htab_map_lookup_elem"

    /// The place of the lookup whose mark the store at `place` is; its map must be one of ``maps``.
    func lookup(markedAt place: Int, in program: [DumpedInstruction]) -> Int? {
        guard place >= 4, place + 1 < program.count, case .helper(let distance)? = program[place - 4].call,
            isInlinedLookup(distance)
        else { return nil }
        let (miss, read, test) = (program[place - 3], program[place - 2], program[place - 1])
        let (mark, value) = (program[place], program[place + 1])
        let isSequence =
            Self.is(miss, 0x15, 0, offset: 4, 0) && Self.is(read, 0x71, 1, offset: mark.offset, 0) && read.source == 0
            && Self.is(test, 0x55, 1, offset: 1, 0) && Self.is(mark, 0x72, 0, offset: mark.offset, 1)
            && Self.is(value, 0x07, 0, offset: 0, value.immediate)
        let isBeforeValue = mark.offset >= 0 && Int32(mark.offset) < value.immediate
        return isSequence && isBeforeValue ? place - 4 : nil
    }

    private static func `is`(
        _ instruction: DumpedInstruction, _ code: UInt8, _ destination: UInt8, offset: Int16, _ immediate: Int32
    ) -> Bool {
        instruction.code == code && instruction.destination == destination && instruction.offset == offset
            && instruction.immediate == immediate
    }
}
