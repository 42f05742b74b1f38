import Model

/// The order of hooks: by place, the node's own namespace first, and in a place as packets meet the programs.
struct HookOrder {
    /// Cookie of the node's namespace.
    let node: UInt64

    func precedes(_ a: Hook, _ b: Hook) -> Bool {
        let left = (a.netns.cookie == node ? 0 : 1, a.netns.cookie, a.ifindex, a.direction.rawValue)
        let right = (b.netns.cookie == node ? 0 : 1, b.netns.cookie, b.ifindex, b.direction.rawValue)
        if left != right { return left < right }
        let one = Self.turn(a), other = Self.turn(b)
        return one != other ? one < other : a.handle < b.handle
    }

    /// Whether the same packets meet both: one interface, one direction.
    static func shareSlot(_ a: Hook, _ b: Hook) -> Bool {
        a.netns == b.netns && a.ifindex == b.ifindex && a.direction == b.direction
    }

    /// When a program runs, as far as its place says; of filters of one priority the last added runs first (`cls_bpf_change`,
    /// net/sched/cls_bpf.c), which their handles do not tell.
    private static func turn(_ hook: Hook) -> (Int, UInt32, UInt32, UInt16) {
        (layer(hook.kind), hook.attachment?.position ?? 0, hook.chain, hook.priority)
    }

    private static func layer(_ kind: HookKind) -> Int {
        switch kind {
        case .xdp: 0
        case .netkit, .tcx: 1
        case .clsact, .ingress: 2
        }
    }

    /// Whether a program runs before or after those that are replaced in its slot, in words; `nil` where there are none.
    static func turn(of hook: Hook, among ours: [Hook]) -> String? {
        guard !ours.isEmpty else { return nil }
        if hook.chain != 0 && ours.allSatisfy({ $0.chain != hook.chain }) {
            return "runs only where a filter jumps to chain \(hook.chain)"
        }
        let own = turn(hook), others = ours.map(turn)
        if others.allSatisfy({ own < $0 }) { return "runs before ours" }
        if others.allSatisfy({ $0 < own }) { return "runs after ours, on what it does not redirect" }
        if others.contains(where: { $0 == own }) { return "runs at the same priority as ours" }
        return "runs between ours"
    }
}
