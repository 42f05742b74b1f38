import Testing

@testable import Inventory
@testable import Kernel

/// What instructions show of a contract.
struct ContractHintsTests {
    private static let offsets = ContextWrites.Offsets(mark: 168, controlBlock: 48)

    /// `struct bpf_insn` as the kernel has it.
    private func instruction(
        _ code: UInt64, to destination: UInt64 = 0, from source: UInt64 = 0, offset: Int16 = 0, _ immediate: UInt32 = 0
    ) -> UInt64 {
        var raw = code | destination << 8 | source << 12
        raw |= UInt64(UInt16(bitPattern: offset)) << 16
        return raw | UInt64(immediate) << 32
    }

    private func hints(_ instructions: [UInt64]) -> ContractHints {
        ContractHints(ContextWrites(instructions, Self.offsets))
    }

    @Test func `a constant stored to mark, at once or by a register`() {
        let direct = instruction(0x62, to: 6, offset: 168, 0x200)
        #expect(hints([direct]).mark == 0x200)
        let move = instruction(0xb7, to: 1, 0x200), store = instruction(0x63, to: 6, from: 1, offset: 168)
        #expect(hints([move, instruction(0xbf, to: 2, from: 6), store]).mark == 0x200)
        #expect(hints([direct, move, store]).mark == 0x200)
    }

    @Test func `a value that is not one constant is left to a person`() {
        let store = instruction(0x63, to: 6, from: 1, offset: 168)
        let move = instruction(0xb7, to: 1, 1)
        // Loaded, lost in a call, computed, never given, or two different ones.
        let loaded = [move, instruction(0x61, to: 1, from: 6)]
        let lost = [move, instruction(0x85)]
        let computed = [move, instruction(0x47, to: 1, 2)]
        let two = [instruction(0x62, to: 6, offset: 168, 2), move]
        for before in [loaded, lost, computed, [], two] {
            let found = hints(before + [store])
            #expect(found.mark == nil && found.notes.contains { $0.contains("skb->mark") })
        }
    }

    @Test func `one word of the control block, and no other memory`() {
        let found = hints([instruction(0x62, to: 6, offset: 48 + 16, 0xC001_F00D)])
        #expect(found.controlBlock?.index == 4 && found.controlBlock?.value == 0xC001_F00D && found.mark == nil)
        let two = hints([instruction(0x62, to: 6, offset: 48, 1), instruction(0x62, to: 6, offset: 52, 2)])
        #expect(two.controlBlock == nil && two.notes.contains { $0.contains("(0, 1)") })
        // The stack, another width, behind the block, a load.
        let stack = instruction(0x62, to: 10, offset: 168, 1), wide = instruction(0x7a, to: 6, offset: 168, 1)
        let behind = instruction(0x62, to: 6, offset: 68, 1), load = instruction(0x61, to: 1, from: 6, offset: 168)
        for other in [stack, wide, behind, load] {
            let found = hints([other])
            #expect(found.mark == nil && found.controlBlock == nil && found.notes.count == 2)
        }
    }
}
