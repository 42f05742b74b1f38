import MigrateShared
import Model

/// Shares from the command line, refused in the operator's words.
enum Shares {
    /// An argument, or an option that is named.
    static func share(_ text: String, option: String? = nil, example: String) throws(MigrateError) -> FlowShare {
        do {
            return try FlowShare(text)
        } catch {
            let what = [option ?? "share", text].joined(separator: " ")
            // The number that was meant, where only its sign is missing.
            let meant = (try? FlowShare(text + "%")) == nil ? example : text + "%"
            let remedy = option.map { TypedCommand.current.with($0, meant) } ?? "migrate canary \(meant)"
            throw MigrateError(
                .badShare, "cannot use \(what)", facts: [error.words], remedy: "Say it in per cent:  \(remedy)")
        }
    }

    /// `--breaker`: `off` is none.
    static func breaker(_ text: String?) throws(MigrateError) -> FlowShare? {
        guard let text else { return .breaker }
        return text == "off" ? nil : try share(text, option: "--breaker", example: "1%")
    }
}
