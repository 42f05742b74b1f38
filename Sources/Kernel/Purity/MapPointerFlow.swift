/// Which maps a program may write to through pointers, read off its instructions.
///
/// Follows what is derived from a map (its address, its values' addresses) through registers and the stack, over every path,
/// and notes the maps behind the address of each store. Where it cannot tell, it errs towards writing.
struct MapPointerFlow {
    private struct Register: Equatable {
        var maps: Set<UInt32> = []
        var isStack = false
    }

    private struct State: Equatable {
        var registers: [Register]
        /// What 8-byte stores left, by offset from the frame's pointer; `nil` is anywhere.
        var slots: [Int16?: Set<UInt32>] = [:]

        init() {
            registers = Array(repeating: Register(), count: 16)
            registers[10].isStack = true
        }

        mutating func join(_ other: State) -> Bool {
            let before = self
            for index in registers.indices {
                registers[index].maps.formUnion(other.registers[index].maps)
                registers[index].isStack = registers[index].isStack || other.registers[index].isStack
            }
            slots.merge(other.slots) { $0.union($1) }
            return self != before
        }
    }

    /// Maps that some store may reach.
    private(set) var written: Set<UInt32> = []
    private let program: [DumpedInstruction]
    /// What a call of this helper writes to is behind its arguments.
    private let writesMemory: (Int32) -> Bool
    private let markOfUse: MarkOfUse
    private var states: [State?]
    private var waiting: [Int] = [0]
    private let all: Set<UInt32>

    init(_ program: [DumpedInstruction], _ markOfUse: MarkOfUse, writesMemory: @escaping (Int32) -> Bool) {
        self.program = program
        self.markOfUse = markOfUse
        self.writesMemory = writesMemory
        all = Set(program.compactMap(\.map))
        states = Array(repeating: nil, count: program.count)
        if !program.isEmpty { states[0] = State() }
        // Called back by the kernel with who knows what: all is given up.
        if program.contains(where: \.isCallback) { written = all }
        while let place = waiting.popLast() { step(place) }
    }

    private mutating func reach(_ place: Int, _ state: State) {
        guard program.indices.contains(place) else { return }
        guard var known = states[place] else {
            states[place] = state
            waiting.append(place)
            return
        }
        guard known.join(state) else { return }
        states[place] = known
        waiting.append(place)
    }

    private mutating func step(_ place: Int) {
        guard var state = states[place] else { return }
        let instruction = program[place]
        switch instruction.code & 7 {
        case 0: load(instruction, &state)
        case 1: state.registers[Int(instruction.destination)] = loaded(instruction, state)
        case 2, 3: if !isMarkOfUse(place) { store(instruction, &state) }
        case 4, 7: compute(instruction, &state)
        default: return jump(instruction, place, state)
        }
        reach(place + (instruction.isWide ? 2 : 1), state)
    }

    private func load(_ instruction: DumpedInstruction, _ state: inout State) {
        guard instruction.isWide else {
            // BPF_LD_ABS and its like read the packet into register 0.
            for index in 0...5 { state.registers[index] = Register() }
            return
        }
        state.registers[Int(instruction.destination)] = Register(maps: instruction.map.map { [$0] } ?? [])
    }

    private func loaded(_ instruction: DumpedInstruction, _ state: State) -> Register {
        let base = state.registers[Int(instruction.source)]
        // BPF_DW: nothing narrower holds a pointer.
        guard instruction.code & 0x18 == 0x18 else { return Register() }
        var maps = base.maps
        if instruction.source == 10 {
            maps.formUnion(state.slots[instruction.offset] ?? [])
            maps.formUnion(state.slots[Int16?.none] ?? [])
        } else if base.isStack {
            for slot in state.slots.values { maps.formUnion(slot) }
        }
        return Register(maps: maps)
    }

    private mutating func store(_ instruction: DumpedInstruction, _ state: inout State) {
        let base = state.registers[Int(instruction.destination)]
        written.formUnion(base.maps)
        let value = instruction.code & 7 == 3 ? state.registers[Int(instruction.source)].maps : []
        if instruction.destination == 10, instruction.code & 0x18 == 0x18 {
            state.slots[instruction.offset] = value
        } else if base.isStack {
            state.slots[Int16?.none, default: []].formUnion(value)
        }
    }

    /// Whether the store is the kernel's own, behind a lookup in an LRU map and in nothing else.
    private func isMarkOfUse(_ place: Int) -> Bool {
        guard let lookup = markOfUse.lookup(markedAt: place, in: program), let state = states[lookup] else {
            return false
        }
        let maps = state.registers[1].maps
        return !maps.isEmpty && maps.isSubset(of: markOfUse.maps)
    }

    private func compute(_ instruction: DumpedInstruction, _ state: inout State) {
        let target = Int(instruction.destination)
        let isRegister = instruction.code & 8 != 0
        let operand = isRegister ? state.registers[Int(instruction.source)] : Register()
        if instruction.code & 0xf0 == 0xb0 {
            state.registers[target] = operand
        } else if isRegister {
            state.registers[target].maps.formUnion(operand.maps)
            state.registers[target].isStack = state.registers[target].isStack || operand.isStack
        }
    }

    private mutating func jump(_ instruction: DumpedInstruction, _ place: Int, _ state: State) {
        if instruction.isExit { return }
        if instruction.isCall { return call(instruction, place, state) }
        // BPF_JA: 16 bits of offset, or, of class BPF_JMP32, 32 bits.
        if instruction.code == 0x05 { return reach(place + 1 + Int(instruction.offset), state) }
        if instruction.code == 0x06 { return reach(place + 1 + Int(instruction.immediate), state) }
        reach(place + 1 + Int(instruction.offset), state)
        reach(place + 1, state)
    }

    private mutating func call(_ instruction: DumpedInstruction, _ place: Int, _ before: State) {
        var state = before
        let arguments = before.registers[1...5]
        let maps = arguments.reduce(into: Set<UInt32>()) { $0.formUnion($1.maps) }
        var result = maps
        switch instruction.call {
        case .helper(let distance): if writesMemory(distance) { written.formUnion(maps) }
        case .subprogram:
            var entry = State()
            for index in 1...5 { entry.registers[index] = before.registers[index] }
            if arguments.contains(where: \.isStack) {
                entry.slots[Int16?.none] = all
                state.slots[Int16?.none] = all
            }
            result = all
            reach(place + 1 + Int(instruction.offset), entry)
        // A kfunc may fill what it is handed, too.
        case .kfunc: written.formUnion(maps)
        default: break
        }
        for index in 1...5 { state.registers[index] = Register() }
        state.registers[0] = Register(maps: result)
        reach(place + 1, state)
    }
}
