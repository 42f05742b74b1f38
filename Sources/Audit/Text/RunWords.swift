import Model

/// How the hooks of a run stand, in words that say no more than was read.
enum RunWords {
    /// Title of the list of hooks, with those of the symbols that need a word.
    static func legend(_ run: RunDocument) -> String {
        let standings = run.hooks.compactMap(\.standing)
        let odd = standings.contains { $0 == .others || $0 == .differs } ? ", ! something else" : ""
        let gone = standings.contains { $0 == .vanished || $0 == .unknown } ? ", ? gone or not reached" : ""
        return "Hooks (~ ours is in the slot, = as before\(odd)\(gone)):"
    }

    /// The namespace of a hook that is not in the node's own. Where the node's is not known, that of each, as soon as
    /// there are several.
    static func namespace(of hook: RunDocument.HookLine, in run: RunDocument) -> String {
        if let node = run.nodeNetns { return hook.netns.elsewhere(than: node) }
        return Set(run.hooks.map(\.netns)).count > 1 ? hook.netns.elsewhere(than: 0) : ""
    }

    /// `1 hook as before, 1 vanished`; every hook in one of the counts.
    static func standings(_ hooks: [HookReading]) -> String {
        let words: [(HookStanding, String)] = [
            (.ours, "with our program"), (.others, "with something of others"), (.vanished, "vanished"),
            (.differs, "different"), (.unknown, "not reached"),
        ]
        let counts = words.compactMap { standing, word -> String? in
            let count = hooks.count { $0.standing == standing }
            return count == 0 ? nil : "\(count) \(word)" + (standing == .vanished ? reason(hooks) : "")
        }
        let back = Words.count(hooks.count { $0.standing == .asBefore }, "hook") + " as before"
        return ([back] + counts).joined(separator: ", ")
    }

    /// Why hooks vanished, where it is the same for all of them.
    private static func reason(_ hooks: [HookReading]) -> String {
        let reasons = Set(
            hooks.filter { $0.standing == .vanished }.map { hook in
                hook.line.flatMap { $0.firstRange(of: ": ").map { range in hook.line?[range.upperBound...] ?? "" } }
                    ?? ""
            })
        guard reasons.count == 1, let only = reasons.first, !only.isEmpty else { return "" }
        return " (\(only))"
    }

    /// What a proof shows; when it was made, where that is known.
    static func verdict(_ proof: Proof) -> String {
        let at = proof.at.map { ", read \(Words.time($0))" } ?? ""
        guard proof.isSettled else {
            return "not identical: \(Words.count(proof.differences.count, "difference"))\(at)"
        }
        if proof.hooks?.isEmpty == true && !proof.identical {
            return "not compared: no hook of the run is known; none of our programs is loaded for it\(at)"
        }
        guard proof.identical else {
            return "not identical: others changed hooks of the run; nothing of the run is left\(at)"
        }
        guard let hooks = proof.hooks, hooks.contains(where: { $0.standing == .vanished }) else {
            return "identical: every hook, attribute by attribute; nothing of the run is left\(at)"
        }
        let what = hooks.contains { $0.standing == .asBefore } ? "every hook that is still there" : "no hook is left"
        return "identical: \(what); nothing of the run is left\(at)"
    }
}
