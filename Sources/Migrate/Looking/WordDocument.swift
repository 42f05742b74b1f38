import Model

/// A word that plans use of entries, as a document.
public struct WordDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "word"
    public var word: String
    /// `verdict` or `effect`.
    public var type: String
    public var explanation: String

    /// `nil` where it is neither a verdict nor an effect.
    init?(_ text: String) {
        let word = text.lowercased()
        if let verdict = Verdict(rawValue: word) {
            (type, explanation) = ("verdict", verdict.why)
        } else if let effect = Effect(rawValue: word) {
            (type, explanation) = ("effect", effect.why)
        } else {
            return nil
        }
        self.word = word
    }

    var text: String { "\(word) (\(type) of an entry)\n\(explanation)\n" }
}
