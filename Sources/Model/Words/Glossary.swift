/// What a word means where documents or texts use it of something.
public struct Meaning: Codable, Hashable, Sendable {
    public var word: String
    /// Of what it is said: `verdict of an entry`, `state of a run`.
    public var type: String
    public var explanation: String

    public init(_ word: String, _ type: String, _ explanation: String) {
        self.word = word
        self.type = type
        self.explanation = explanation
    }
}

/// The words of documents and texts: `migrate explain provisional` and docs/words.md are made of it.
public enum Glossary {
    public static let all: [Meaning] =
        Verdict.allCases.map { Meaning($0.rawValue, "verdict of an entry", $0.why) }
        + Effect.allCases.map { Meaning($0.rawValue, "effect of an entry", $0.why) }
        + named
        + DesignedDifference.allCases.map { Meaning($0.rawValue, "designed difference", $0.why) }

    /// Those that docs/words.md lists.
    public static let named: [Meaning] = runs + steps + traffic + counters + plans + fates + evidence + packets

    /// All that a word means, in whatever case and with a hyphen or an underscore; empty for one that is none.
    public static func meanings(of text: String) -> [Meaning] {
        let asked = folded(text)
        return all.filter { folded($0.word) == asked }
    }

    /// Counters join their parts by an underscore, everything else by a hyphen; people type either.
    private static func folded(_ text: String) -> String { text.lowercased().replacing("_", with: "-") }
}
