import Model

/// A hook's place and owner in words.
enum HookWords {
    /// The slot of a filter; the position of a program that has none.
    static func place(_ hook: PlanDocument.HookLine) -> String {
        guard let position = hook.position else {
            return Words.slot(
                priority: hook.priority, handle: hook.handle, chain: hook.chain, protocol: hook.protocol)
        }
        return attachment(mode: hook.mode, position: position, link: hook.linkID)
    }

    /// As above, of a run's hook.
    static func place(_ hook: RunDocument.HookLine) -> String {
        guard let position = hook.position else {
            return Words.slot(
                priority: hook.priority, handle: hook.handle, chain: hook.chain, protocol: hook.protocol)
        }
        return attachment(mode: nil, position: position, link: hook.linkID)
    }

    private static func attachment(mode: Attachment.Mode?, position: UInt32, link: UInt32?) -> String {
        let holder = link.map { "link \($0)" } ?? "without a link"
        return [mode?.rawValue ?? "position \(position)", holder].joined(separator: ", ")
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
