/// An error as the operator meets it: what failed, whether anything was changed, the facts, one command, a code.
public struct MigrateError: Error, Hashable, Sendable {
    public var code: Code
    /// Verb and object in lower case: `plan p-3f9c1a is stale`.
    public var what: String
    /// What holds now: `nothing was changed` unless said otherwise.
    public var changed: String
    /// One line each.
    public var facts: [String]
    /// What to type next, with a word of why.
    public var remedy: String?

    public init(
        _ code: Code, _ what: String, changed: String = "nothing was changed", facts: [String] = [],
        remedy: String? = nil
    ) {
        self.code = code
        self.what = what
        self.changed = changed
        self.facts = facts
        self.remedy = remedy
    }

    /// The text on standard error.
    public var text: String {
        let first = "Error: \(what); \(changed)."
        let gap = String(repeating: " ", count: max(1, 72 - first.count))
        return ([first + gap + "[\(code.text)]"] + facts.map { "  " + $0 } + (remedy.map { ["  " + $0] } ?? []))
            .joined(separator: "\n")
    }
}

extension MigrateError: CustomStringConvertible {
    public var description: String { text }
}
