import Kernel
import Model

/// Keeps the comparison's time in bounds where there are hundreds of hooks: each program is compared in full once in a
/// namespace; what further hooks get is divided among them.
struct EquivalenceBounds {
    /// Packets for all further hooks together, about.
    static let packets = 20_000
    /// Of one destination that is not tried thoroughly, about.
    private static let packetsEach = 20
    /// Programs that frames are sent through for real; each takes some seconds.
    static let mirrors = 8

    /// Programs with the same instructions and the same maps are one, however often it is loaded.
    private struct Code: Hashable {
        var netns: UInt64
        var tag: String
        var maps: [UInt32]
    }

    private let mapIDs: [UInt32: [UInt32]]
    private let share: Int
    private var seen: Set<Code> = []
    private var found: [Code: ProgramPurity] = [:]
    private var mirrored = 0, notMirrored = 0, reduced = 0
    var constantsLeftOut = 0

    init(_ hooks: [Hook], _ programs: [ProgramRecord]) {
        let maps = Dictionary(programs.map { ($0.id, $0.mapIDs.sorted()) }, uniquingKeysWith: { $1 })
        mapIDs = maps
        let further = hooks.count - Set(hooks.map { Self.code($0, maps) }).count
        share = max(4, Self.packets / (Self.packetsEach * max(1, further)))
    }

    private static func code(_ hook: Hook, _ maps: [UInt32: [UInt32]]) -> Code {
        // A program that the snapshot does not have is like no other.
        let id = hook.program?.id ?? 0
        return Code(netns: hook.netns.cookie, tag: hook.program?.tag ?? "", maps: maps[id] ?? [id, 0])
    }

    /// Whether no hook before this one has the same program in the same namespace.
    mutating func isFirst(_ hook: Hook) -> Bool { seen.insert(Self.code(hook, mapIDs)).inserted }

    mutating func purity(
        _ hook: Hook, _ program: ProgramReference, known: Set<UInt32>
    ) throws(KernelError) -> ProgramPurity {
        let code = Self.code(hook, mapIDs)
        if let known = found[code] { return known }
        let purity = try ProgramPurity.inspect(program: program.id, known: known)
        found[code] = purity
        return purity
    }

    /// The destinations that a further hook gets.
    mutating func share(
        of targets: [(target: PacketTarget, thorough: Bool)]
    ) -> [(target: PacketTarget, thorough: Bool)] {
        if targets.count > share { reduced += 1 }
        return PacketTargets.some(targets, share)
    }

    mutating func mayMirror() -> Bool {
        let may = mirrored < Self.mirrors
        if may { mirrored += 1 } else { notMirrored += 1 }
        return may
    }

    /// What was left out, each in a line; `nil` where nothing was.
    var leftOut: [String]? {
        var lines: [String] = []
        if reduced > 0 {
            lines.append("\(reduced) further hooks of programs compared elsewhere got \(share) destinations each")
        }
        if notMirrored > 0 { lines.append("\(notMirrored) programs beyond \(Self.mirrors) got no real frames") }
        if constantsLeftOut > 0 {
            lines.append("\(constantsLeftOut) constants of a program were not tried as port, address or mark")
        }
        return lines.isEmpty ? nil : lines
    }
}
