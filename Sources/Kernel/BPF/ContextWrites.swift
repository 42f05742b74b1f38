/// What a tc program writes into `skb->mark` and `skb->cb`, read off its instructions.
///
/// The verifier turns accesses to `struct __sk_buff` into accesses to `struct sk_buff` (`bpf_convert_ctx_access`,
/// net/core/filter.c): a 32-bit store at the offset of `mark` or of a word of `cb` that does not go to the stack. It says
/// what is written somewhere in the program, not for which packets; a store into other memory at the same offset looks alike.
public struct ContextWrites: Hashable, Sendable {
    /// Values stored to `mark`; `nil` among them is one that is not a constant.
    public var marks: Set<UInt32?> = []
    /// Values stored to words 0…4 of `__sk_buff.cb`.
    public var controlBlocks: [UInt32: Set<UInt32?>] = [:]

    public init() {}

    public mutating func merge(_ other: ContextWrites) {
        marks.formUnion(other.marks)
        controlBlocks.merge(other.controlBlocks) { $0.union($1) }
    }

    /// Where the fields are in the kernel that runs, from its BTF; bytes into `struct sk_buff`.
    public struct Offsets: Hashable, Sendable {
        public var mark: Int16
        /// Of word 0: `cb` and the header of `struct qdisc_skb_cb` (include/net/sch_generic.h) before its data.
        public var controlBlock: Int16

        public init(mark: Int16, controlBlock: Int16) {
            self.mark = mark
            self.controlBlock = controlBlock
        }

        /// - Throws: `unsupported` where the kernel's BTF does not have them.
        public init(_ types: BTF) throws(KernelError) {
            guard let buffer = types.structure("sk_buff"), let scheduler = types.structure("qdisc_skb_cb"),
                let mark = buffer["mark"], let block = buffer["cb"], let data = scheduler["data"]
            else { throw .unsupported("find", "skb->mark and skb->cb", "they are not in the kernel's BTF") }
            self.init(mark: Int16(clamping: mark), controlBlock: Int16(clamping: block + data))
        }
    }

    /// Pure. Eight bytes for each instruction (`struct bpf_insn`, include/uapi/linux/bpf.h).
    public init(_ instructions: [UInt64], _ offsets: Offsets) {
        for (index, raw) in instructions.enumerated() {
            let store = DumpedInstruction(raw)
            // BPF_ST or BPF_STX, BPF_MEM, BPF_W; register 10 is the stack.
            guard store.code == 0x62 || store.code == 0x63, store.destination != 10 else { continue }
            let value =
                store.code == 0x62
                ? UInt32(bitPattern: store.immediate) : Self.constant(in: store.source, before: index, instructions)
            let word = (Int(store.offset) - Int(offsets.controlBlock)) / 4
            if store.offset == offsets.mark {
                marks.insert(value)
            } else if store.offset >= offsets.controlBlock, (Int(store.offset) - Int(offsets.controlBlock)) % 4 == 0,
                word < 5
            {
                controlBlocks[UInt32(word), default: []].insert(value)
            }
        }
    }

    /// The constant that a register was last given, looking back in a straight line.
    private static func constant(in register: UInt8, before index: Int, _ instructions: [UInt64]) -> UInt32? {
        for raw in instructions[max(0, index - 64)..<index].reversed() {
            let instruction = DumpedInstruction(raw)
            // Calls leave nothing in registers 0 to 5.
            if instruction.isCall && register <= 5 { return nil }
            let kind = instruction.code & 7
            // BPF_LD, BPF_LDX, BPF_ALU and BPF_ALU64 write their destination.
            guard instruction.destination == register, kind == 0 || kind == 1 || kind == 4 || kind == 7 else {
                continue
            }
            // BPF_MOV of a constant, 32 or 64 bits wide.
            let isConstant = instruction.code == 0xb4 || instruction.code == 0xb7
            return isConstant ? UInt32(bitPattern: instruction.immediate) : nil
        }
        return nil
    }
}
