import Model

/// How many tail calls follow each other at most, from a program that somebody else loaded.
///
/// The kernel ends a packet's chain after ``limit`` calls (MAX_TAIL_CALL_CNT, include/linux/bpf.h), and the call of a switch
/// is one of them. Told from what the arrays of programs hold now, whichever of their slots a program asks for.
public enum TailCallDepth: Hashable, Sendable {
    /// So many, on the longest way.
    case calls(Int)
    /// These programs, by id, may call each other without an end.
    case circle([UInt32])
    /// More programs or slots than are looked at.
    case unknown

    public static let limit = 33

    /// - Throws: what keeps the programs from being read.
    public static func of(program id: UInt32) throws(KernelError) -> TailCallDepth {
        var calls: [UInt32: [UInt32]] = [:]
        var waiting = [id]
        while let next = waiting.popLast() {
            guard calls[next] == nil else { continue }
            guard calls.count < ProgramPurity.programLimit, let targets = try targets(of: next) else { return .unknown }
            calls[next] = targets
            waiting += targets
        }
        return longest(from: id, calls)
    }

    private static func targets(of id: UInt32) throws(KernelError) -> [UInt32]? {
        var found: Set<UInt32> = []
        for mapID in try BPFProgram(id: id).record.mapIDs {
            let map = try BPFMap(id: mapID)
            guard map.record.type == MapRecord.programArray else { continue }
            guard let targets = try map.tailCallTargets() else { return nil }
            found.formUnion(targets)
        }
        return found.sorted()
    }

    /// The longest way through who calls whom.
    static func longest(from start: UInt32, _ calls: [UInt32: [UInt32]]) -> TailCallDepth {
        var known: [UInt32: Int] = [:]
        var way: [UInt32] = []
        func depth(_ id: UInt32) -> TailCallDepth {
            if let depth = known[id] { return .calls(depth) }
            if let first = way.firstIndex(of: id) { return .circle(Array(way[first...])) }
            way.append(id)
            var most = 0
            for target in calls[id] ?? [] {
                let further = depth(target)
                guard case .calls(let calls) = further else { return further }
                most = max(most, calls + 1)
            }
            way.removeLast()
            known[id] = most
            return .calls(most)
        }
        return depth(start)
    }
}
