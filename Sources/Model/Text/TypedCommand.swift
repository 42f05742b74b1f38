/// The command as it was typed, so that an error can say it again with one option changed.
public struct TypedCommand: Sendable {
    private var words: [String]

    /// - Parameter arguments: the program's name first, as the kernel gives them.
    public init(_ arguments: [String]) {
        // `--db=x` and `--db x` are the same; what comes behind `--` are no options.
        let options = arguments.dropFirst().prefix { $0 != "--" }
        words = options.flatMap { word -> [String] in
            guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return [word] }
            return [String(word[..<equals]), String(word[word.index(after: equals)...])]
        }
        words += arguments.dropFirst(1 + options.count)
    }

    /// Of this process.
    public static var current: TypedCommand { TypedCommand(CommandLine.arguments) }

    /// As it stands, run by root.
    public var asRoot: String { (["sudo", "migrate"] + words).map(\.shellWord).joined(separator: " ") }

    /// With `option` set to `value`, in the place where it was said, else behind the verb.
    public func with(_ option: String, _ value: String) -> String {
        var words = words
        if let index = words.firstIndex(of: option), index + 1 < words.count {
            words[index + 1] = value
        } else {
            words.insert(contentsOf: [option, value], at: min(1, words.count))
        }
        return (["migrate"] + words).map(\.shellWord).joined(separator: " ")
    }
}
