import MigrateShared
import Model

/// Spans of time from the command line, refused in the operator's words.
enum Spans {
    static func span(_ text: String, option: String) throws(MigrateError) -> TimeSpan {
        do {
            return try TimeSpan(text)
        } catch { throw refusal(text, option, error.words, example: "5m") }
    }

    /// `nil` where the option was not given: then the default holds, which is a window.
    static func window(_ text: String?, option: String) throws(MigrateError) -> ConfirmWindow {
        guard let text else { return .standard }
        do {
            return try ConfirmWindow(text)
        } catch { throw refusal(text, option, error.words + ", or none", example: "10m") }
    }

    private static func refusal(_ text: String, _ option: String, _ words: String, example: String) -> MigrateError {
        MigrateError(
            .badTimeSpan, "cannot use \(option) \(text)", facts: [words],
            remedy: "Say it with its unit:  \(TypedCommand.current.with(option, example))")
    }
}
