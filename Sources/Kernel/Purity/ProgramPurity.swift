import Model

/// Whether a program that somebody else loaded may be run on packets that are not meant, and why not.
///
/// Side effects of a test run are real. So every helper and kfunc that the program and its tail-call targets call must be on
/// the list of ``PureHelpers``, and every map must be one of those given, or read-only to programs, or only looked up;
/// into none may the program write through a pointer. What cannot be told is not pure.
public struct ProgramPurity: Sendable {
    /// What keeps the program from being run, each in a line; empty where nothing does.
    public private(set) var impurities: [String] = []
    /// The program and those it may go on into.
    public private(set) var programs: [ProgramReference] = []
    /// Ids of all maps that these use, ascending.
    public private(set) var maps: [UInt32] = []

    /// Numbers that these compare with.
    public private(set) var constants: Set<UInt32> = []

    public var isPure: Bool { impurities.isEmpty }

    /// Programs that are looked at, at most.
    static let programLimit = 64

    /// - Parameter known: ids of maps that may be anything: somebody compares them before and after.
    /// - Throws: what keeps the programs from being read at all.
    public static func inspect(program id: UInt32, known: Set<UInt32>) throws(KernelError) -> ProgramPurity {
        var purity = ProgramPurity()
        var waiting = [id]
        var seen: Set<UInt32> = [id]
        var maps: Set<UInt32> = []
        while let next = waiting.popLast() {
            let program = try BPFProgram(id: next)
            purity.programs.append(program.record.reference)
            let code = try ProgramCode(program)
            purity.judge(code)
            purity.constants.formUnion(code.constants)
            for mapID in program.record.mapIDs {
                let map = try BPFMap(id: mapID)
                let isFirst = maps.insert(mapID).inserted
                purity.judge(map.record, code, isKnown: known.contains(mapID))
                guard map.record.type == MapRecord.programArray, isFirst else { continue }
                let targets = try purity.targets(map)
                for target in targets where seen.insert(target).inserted { waiting.append(target) }
            }
            if seen.count > programLimit {
                purity.impurities.append("more than \(programLimit) programs may be reached by tail calls")
                break
            }
        }
        purity.maps = maps.sorted()
        purity.impurities = Array(Set(purity.impurities)).sorted()
        return purity
    }

    private mutating func judge(_ code: ProgramCode) {
        for call in code.calls.sorted() where !call.isPure {
            impurities.append("program \(code.title) calls \(call.title)")
        }
    }

    private mutating func judge(_ map: MapRecord, _ code: ProgramCode, isKnown: Bool) {
        let title = "map \(map.id) (\(map.name))"
        if map.type == MapRecord.programArray { return }
        if code.written.contains(map.id) {
            impurities.append("program \(code.title) writes to \(title)")
        } else if !isKnown && !map.isReadOnlyToPrograms && !map.isOnlyLookedUp {
            impurities.append(
                "program \(code.title) uses \(title), a \(map.typeName), which is none of the profile's")
        }
    }

    private mutating func targets(_ map: borrowing BPFMap) throws(KernelError) -> [UInt32] {
        if let targets = try map.tailCallTargets() { return targets }
        impurities.append("map \(map.record.id) (\(map.record.name)) has \(map.record.maxEntries) tail-call slots")
        return []
    }
}

extension MapRecord {
    /// `BPF_MAP_TYPE_PROG_ARRAY`.
    static let programArray: UInt32 = 3
    /// `BPF_MAP_TYPE_LRU_HASH`.
    static let lruHash: UInt32 = 9
    /// `BPF_F_RDONLY_PROG`, as `.rodata` has it.
    var isReadOnlyToPrograms: Bool { flags & 1 << 7 != 0 }
    /// Hash, array, their per-CPU kinds and LPM trie: nothing but a store through a pointer, or a helper that is not
    /// pure, changes them. Looking one up does not; in an LRU map it does.
    var isOnlyLookedUp: Bool { [1, 2, 5, 6, 11].contains(type) }
}
