import ArgumentParser
import Model

/// What the parser refuses, as any other error: with a code, and as a document where one is asked for.
public enum UsageError {
    /// Ends the process: with the help that was asked for, or with the refusal.
    ///
    /// - Parameter arguments: without the program's name.
    public static func exit(_ error: any Error, of command: any ParsableCommand.Type, arguments: [String]) -> Never {
        guard command.exitCode(for: error) == .validationFailure else { command.exit(withError: error) }
        let refusal = refusal(error, of: command)
        Console.error(refusal.text)
        if wantsJSON(arguments) { ErrorDocument(refusal).write(asLine: arguments.contains("--stream")) }
        command.exit(withError: ExitCode(refusal.code.exit.rawValue))
    }

    static func refusal(_ error: any Error, of command: any ParsableCommand.Type) -> MigrateError {
        let words = command.message(for: error).split(separator: "\n").map(String.init)
        // The parser knows which verb was meant, and says so at the end: `See 'migrate plan --help' for more information.`
        let help = command.fullMessage(for: error).split(separator: "'").last { $0.hasSuffix(" --help") }
        return MigrateError(
            .usage, "the command line cannot be used", facts: words,
            remedy: "See how:  \(help.map(String.init) ?? "migrate --help")")
    }

    /// The command line could not be parsed, so it is looked at word by word; else as ``Settings`` has it.
    static func wantsJSON(_ arguments: [String]) -> Bool {
        if arguments.contains("--stream") { return true }
        for (index, word) in arguments.enumerated() {
            if ["--output=json", "-o=json", "-ojson"].contains(word) { return true }
            if word == "-o" || word == "--output" {
                return index + 1 < arguments.count && arguments[index + 1] == "json"
            }
        }
        let configured = try? Settings.readConfiguration(Settings.configurationFile)["output"]
        return (Settings.environment("MIGRATE_OUTPUT") ?? configured) == OutputFormat.json.rawValue
    }
}
