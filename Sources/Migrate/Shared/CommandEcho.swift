import Model

extension Settings {
    /// `text` with this command's own options in every `migrate VERB …` of it, so that what is suggested runs as printed.
    public func echoed(in text: String) -> String {
        let echo = echo
        guard !echo.allSatisfy(\.value.isEmpty), text.contains("migrate ") else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.echo(echo, line: $0) }.joined(separator: "\n")
    }

    /// Each command of a line ends at a semicolon or with the line.
    private static func echo(_ echo: [String: [String]], line: Substring) -> String {
        guard line.contains("migrate ") else { return String(line) }
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for index in words.indices.dropLast().reversed() where words[index] == "migrate" {
            let verb = String(words[index + 1].prefix { $0.isLetter })
            let end = words[index + 1].dropFirst(verb.count)
            // What follows is no verb but a part of a path or a name.
            guard end.isEmpty || [";", ".", ","].contains(end) else { continue }
            // A code means the same wherever it is explained.
            if verb == "explain", index + 2 < words.count, words[index + 2].hasPrefix("MIG") { continue }
            // Files are read without a node.
            if verb == "report", index + 2 < words.count, ["convert", "merge"].contains(words[index + 2]) { continue }
            var said: [String] = []
            if end != ";" {
                for word in words[(index + 2)...] {
                    // One that was given its options before ends in one of them.
                    said.append([";", ",", "."].contains(word.suffix(1)) ? String(word.dropLast()) : word)
                    if word.hasSuffix(";") { break }
                }
            }
            let missing = (echo[verb] ?? []).filter { option in !said.contains { $0 == option.prefix { $0 != " " } } }
            guard !missing.isEmpty else { continue }
            words[index + 1] = ([verb] + missing).joined(separator: " ") + end
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
        // A plan that is suggested is the one that was asked for; one that asks for something else says so itself.
        let same = asked?.options.filter { profile == nil || !$0.hasPrefix("--profile ") } ?? []
        return [
            "discover": node, "explain": node, "plan": node + same, "apply": node, "preflight": node, "shadow": node,
            "rollback": node,
            "abort": node, "confirm": node, "extend": node, "resume": node, "finalize": node, "canary": node,
            "status": node, "diff": node, "show": store, "report": store, "history": store,
        ]
    }
}
