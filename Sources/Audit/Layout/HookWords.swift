import Model

/// A hook's place and owner in words.
enum HookWords {
    /// The slot of a filter; the position of a program that has none.
    static func place(_ hook: PlanDocument.HookLine) -> String {
        guard let position = hook.position else {
            return Words.slot(
                priority: hook.priority, handle: hook.handle, chain: hook.chain, protocol: hook.protocol)
        }
        let link = hook.linkID.map { "link \($0)" } ?? "without a link"
        return [hook.mode?.rawValue ?? "position \(position)", link].joined(separator: ", ")
    }

    /// `pinned at /sys/fs/bpf/x`, `held by cilium-agent (pid 812)`; empty where nobody looked or only the place keeps it.
    static func owner(_ owner: HookOwner?) -> [String] {
        guard let owner else { return [] }
        let holders = owner.holders.map { "\($0.command) (pid \($0.pid))" }
        return [
            owner.pins.isEmpty ? nil : "pinned at \(Words.list(owner.pins))",
            holders.isEmpty ? nil : "held by \(Words.list(holders))",
        ].compactMap { $0 }
    }

    /// Whether two lines may stand for each other: on hundreds of pods the same program is held by link after link.
    static func isOwnerAlike(_ a: PlanDocument.HookLine, _ b: PlanDocument.HookLine) -> Bool {
        (a.linkID == nil) == (b.linkID == nil) && a.owner?.holders == b.owner?.holders
            && (a.owner?.pins.isEmpty ?? true) == (b.owner?.pins.isEmpty ?? true)
    }
}
