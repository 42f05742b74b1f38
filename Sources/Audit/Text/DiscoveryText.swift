import Model

/// What was discovered as YAML: a document for each candidate, so that `migrate discover > profile.yaml` is a profile.
public enum DiscoveryText {
    public static func render(_ document: DiscoveryDocument) -> String {
        var text = document.candidates.map(\.yaml).joined(separator: "---\n")
        for candidate in document.unlikely {
            text += "# Also: \(plain(candidate.title)) with a confidence of \(candidate.confidence) %; "
            text += "see it:  migrate discover --map \(map(candidate))\n"
            if let why = candidate.findings.first?.notes.first { text += "#   \(plain(why))\n" }
        }
        for gap in document.unobserved { text += "# Not observed: \(plain(gap.what)): \(plain(gap.why))\n" }
        return text
    }

    /// What to type next, for standard error.
    public static func next(_ document: DiscoveryDocument) -> String {
        let count = document.candidates.count
        guard count > 1 else {
            if let run = document.candidates.first?.replacedBy {
                return "It is already replaced by run \(run); see how it stands:  migrate status"
            }
            let known = document.candidates.first?.builtIn
            return known.map { "This is the built-in profile \($0); plan needs no file:  migrate plan" }
                ?? "Keep it, check the lines that say \"not visible from outside\", then plan with the file:  migrate plan --profile profile.yaml"
        }
        let first = document.candidates.first.map(map) ?? "ID"
        return "\(count) candidates; a profile file holds one:  migrate discover --map \(first) > profile.yaml"
    }

    /// What `--map` takes: the id, for no two maps share it, and several candidates may have the same name.
    private static func map(_ candidate: DiscoveryDocument.Candidate) -> String {
        candidate.findings.first?.maps.first.map { String($0.id) } ?? "ID"
    }

    /// A line break would end the comment.
    private static func plain(_ text: String) -> String { text.replacing("\n", with: " ") }
}
