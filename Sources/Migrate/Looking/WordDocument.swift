import Model

/// A word of plans, runs or reports, as a document.
public struct WordDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "word"
    public var word: String
    /// `verdict`, `effect`, or of what else it is said.
    public var type: String
    public var explanation: String
    /// What else it means elsewhere; `nil` where it has one meaning.
    public var further: [Meaning]?

    /// `nil` where it is none.
    init?(_ text: String) {
        let meanings = Glossary.meanings(of: text)
        guard let first = meanings.first else { return nil }
        word = first.word
        // The two that there were first keep their short names.
        type = Verdict(rawValue: word) != nil ? "verdict" : Effect(rawValue: word) != nil ? "effect" : first.type
        explanation = first.explanation
        further = meanings.count > 1 ? Array(meanings.dropFirst()) : nil
    }

    var text: String {
        Glossary.meanings(of: word).map { "\($0.word) (\($0.type))\n\($0.explanation)\n" }.joined(separator: "\n")
    }
}
