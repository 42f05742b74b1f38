import Model

extension Settings {
    /// `text` with this command's own options in every `migrate VERB …` of it, so that what is suggested runs as printed.
    public func echoed(in text: String) -> String {
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for index in words.indices.reversed() where words[index] == "migrate" && index + 1 < words.count {
            let verb = words[index + 1]
            // A code means the same wherever it is explained.
            if verb == "explain", index + 2 < words.count, words[index + 2].hasPrefix("MIG") { continue }
            let options = echo[verb.trimmingPrefix("abort") == "" ? "rollback" : verb] ?? []
            words.insert(contentsOf: options.filter { !text.contains($0) }, at: index + 2)
        }
        return words.joined(separator: " ")
    }

    /// The options that differ from their defaults, for each verb that needs them.
    private var echo: [String: [String]] {
        var store: [String] = []
        if database != Self.defaultDatabase { store.append("--db \(database.shellWord)") }
        var node = store
        if bpffs != Self.defaultBPFFS { node.append("--bpffs \(bpffs.shellWord)") }
        if let netns { node.append("--netns \(netns.shellWord)") }
        // Rollback and status do not need these two; what they suggest in their turn does.
        if let profile { node.append("--profile \(profile.shellWord)") }
        if privateBPFFS { node.append("--private-bpffs") }
        return [
            "discover": node, "explain": node, "plan": node, "apply": node, "preflight": node, "rollback": node,
            "status": node,
            "show": store, "report": store, "history": store,
        ]
    }
}
