import ArgumentParser
import MigrateShared
import Model

/// A code's meaning as a document.
public struct CodeDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "code"
    public var code: String
    public var exit: Int32
    public var title: String
    public var explanation: String
}

public struct ExplainVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what a code such as MIG1101 means and what to do.")

    @OptionGroup public var global: GlobalOptions

    @Argument(help: "The code, as messages end with it.")
    var code: String

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        let wanted = code.uppercased()
        guard let found = Code.all.first(where: { $0.text == wanted }) else {
            throw MigrateError(
                .usage, "cannot explain \(code)", facts: ["there is no such code; they run from MIG1001 to MIG1901"],
                remedy: "Copy it from the message's end:  migrate explain MIG1101")
        }
        let document = CodeDocument(
            code: found.text, exit: found.exit.rawValue, title: found.title, explanation: found.explanation)
        try context.write(document) { _ in
            "\(found.text): \(found.title) (exit code \(found.exit.rawValue))\n\(found.explanation)\n"
        }
        return .done
    }
}
