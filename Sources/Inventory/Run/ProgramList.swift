import Kernel
import Model

/// The programs of one place of kind tcx, xdp or netkit in the order in which they run, as far as they are not ours to
/// change: who they are, which link holds them, and where in the order the run's own slot is.
enum ProgramList {
    private struct Place: Hashable {
        var ifindex: UInt32
        var kind: HookKind
        var direction: HookDirection
        var mode: Attachment.Mode?
    }

    private enum Element: Equatable, CustomStringConvertible {
        /// Held the legacy program or holds ours.
        case slot
        case program(id: UInt32, name: String, link: UInt32?)

        var description: String {
            switch self {
            case .slot: "the run's own slot"
            case .program(let id, let name, nil): "program \(id) (\(name))"
            case .program(let id, let name, let link?): "program \(id) (\(name), link \(link))"
            }
        }
    }

    /// One line for each place whose list differs.
    static func changes(from before: [PlanDocument.HookLine], to now: [Hook]) -> [String] {
        let lines = Dictionary(grouping: before) { line in
            Place(ifindex: line.ifindex, kind: line.kind, direction: line.direction, mode: line.mode)
        }
        let hooks = Dictionary(grouping: now) { hook in
            Place(ifindex: hook.ifindex, kind: hook.kind, direction: hook.direction, mode: hook.attachment?.mode)
        }
        return Set(lines.keys).union(hooks.keys).compactMap { place in
            change(lines[place] ?? [], hooks[place] ?? [], isXDP: place.kind == .xdp)
        }.sorted()
    }

    private static func change(_ before: [PlanDocument.HookLine], _ now: [Hook], isXDP: Bool) -> String? {
        let slots = before.filter { $0.action == .replace || $0.action == .ours }
        let before = before.sorted { ($0.position ?? 0) < ($1.position ?? 0) }
        let now = now.sorted { ($0.attachment?.position ?? 0) < ($1.attachment?.position ?? 0) }
        guard let title = before.first?.title ?? now.first?.title else { return nil }
        let was = before.map { slots.contains($0) ? .slot : element($0.program, $0.linkID) }
        let holds = now.map { isSlot($0, slots) ? .slot : element($0.program, $0.attachment?.linkID) }
        guard was.count != holds.count || !zip(was, holds).allSatisfy({ isSame($0, $1, isXDP: isXDP) }) else {
            return nil
        }
        return "\(title): \(text(was)) before, \(text(holds)) now"
    }

    private static func element(_ program: ProgramReference?, _ link: UInt32?) -> Element {
        .program(id: program?.id ?? 0, name: program?.name ?? "", link: link)
    }

    /// A link is the same whichever program it holds; without one only the program says which is meant.
    private static func isSlot(_ hook: Hook, _ slots: [PlanDocument.HookLine]) -> Bool {
        guard let program = hook.program else { return false }
        if let link = hook.attachment?.linkID { return slots.contains { $0.linkID == link } }
        return ReplacementObject.isOurs(program)
            || slots.contains { $0.linkID == nil && $0.program?.id == program.id }
    }

    /// Which link holds an xdp program can be told only while one fits (``BPFLinkRecord/assign(_:to:)``).
    private static func isSame(_ one: Element, _ other: Element, isXDP: Bool) -> Bool {
        guard isXDP, case .program(let id, _, let link) = one, case .program(let otherID, _, let otherLink) = other
        else { return one == other }
        return id == otherID && (link == otherLink || link == nil || otherLink == nil)
    }

    private static func text(_ list: [Element]) -> String {
        list.isEmpty ? "nothing" : list.map(\.description).joined(separator: ", ")
    }
}
