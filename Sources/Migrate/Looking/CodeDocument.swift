import Model

/// A code's meaning as a document.
public struct CodeDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "code"
    public var code: String
    public var exit: Int32
    public var title: String
    public var explanation: String

    init(_ code: Code) {
        self.code = code.text
        exit = code.exit.rawValue
        title = code.title
        explanation = code.explanation
    }

    var text: String { "\(code): \(title) (exit code \(exit))\n\(explanation)\n" }
}
