import Model

/// What of a program's instructions matters to others: whom it calls, and which maps it writes to.
struct ProgramCode {
    /// Somebody else's function that is called.
    struct Call: Hashable, Comparable {
        var title: String
        var isPure: Bool

        static func < (a: Call, b: Call) -> Bool { a.title < b.title }
    }

    let title: String
    private(set) var calls: Set<Call> = []
    /// Maps that a store may reach.
    let written: Set<UInt32>
    /// What it compares with.
    let constants: Set<UInt32>

    init(_ program: borrowing BPFProgram) throws(KernelError) {
        let reference = program.record.reference
        title = "\(reference.id) (\(reference.name))"
        let instructions = try program.instructions().map(DumpedInstruction.init)
        constants = ComparedConstants.all(in: instructions)
        let made = Self.calls(in: instructions)
        let distances = Set(
            made.compactMap { call -> Int32? in
                if case .helper(let distance) = call, distance != 0 { distance } else { nil }
            })
        let names = distances.isEmpty ? [:] : try KernelSymbols.names(ofDistances: distances)
        var recent: Set<UInt32> = []
        for id in program.record.mapIDs where try BPFMap(id: id).record.type == MapRecord.lruHash { recent.insert(id) }
        let mark = MarkOfUse(isInlinedLookup: { names[$0] == MarkOfUse.function }, maps: recent)
        written =
            MapPointerFlow(instructions, mark) { distance in
                names[distance].flatMap { PureHelpers.bySymbol[$0] }?.writesMemory ?? true
            }.written
        var kernel: BTF?
        for call in made {
            switch call {
            case .subprogram, .tailCall: continue
            case .helper(let distance): calls.insert(Self.helper(names[distance], isHidden: distance == 0))
            case .kfunc(let type, let module):
                if module == 0, kernel == nil {
                    var reader = BTFReader()
                    kernel = try reader.kernelTypes()
                }
                let name = module == 0 ? kernel?.functionName(type) : nil
                calls.insert(
                    .init(
                        title: name.map { "kfunc \($0)" } ?? "kfunc \(type) of a module",
                        isPure: name.map { PureHelpers.kfuncs[$0] != nil } ?? false))
            }
        }
    }

    private static func calls(in instructions: [DumpedInstruction]) -> Set<DumpedInstruction.Call> {
        var found: Set<DumpedInstruction.Call> = []
        var place = 0
        while place < instructions.count {
            if let call = instructions[place].call { found.insert(call) }
            // The second half of a wide one is no instruction.
            place += instructions[place].isWide ? 2 : 1
        }
        return found
    }

    private static func helper(_ symbol: String?, isHidden: Bool) -> Call {
        guard let symbol else {
            let title =
                isHidden ? "a helper that the kernel does not name (kernel.kptr_restrict)" : "a helper without a name"
            return Call(title: title, isPure: false)
        }
        if let helper = PureHelpers.bySymbol[symbol] { return Call(title: "bpf_\(helper.name)", isPure: true) }
        return Call(title: symbol, isPure: false)
    }
}
