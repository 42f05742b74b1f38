import Foundation

/// One line of strace's output, once it is whole.
struct SystemCall: Equatable {
    /// Of the thread.
    var thread: String
    var name: String
    /// What is between the parentheses, as strace writes it.
    var arguments: String
    /// After the last ` = `: a number, with the path of a descriptor behind it, or `-1 EEXIST (…)`.
    var result: String

    var failed: Bool { result.hasPrefix("-1") || result.hasPrefix("?") }

    /// The number that was returned, with no path behind it.
    var number: Int? { Int(result.prefix { $0.isNumber }) }

    /// The first argument's number: mostly a descriptor.
    var descriptor: Int? { Int(arguments.prefix { $0.isNumber }) }

    /// Reads the output of `strace -f -o`; joins what was interrupted by other threads.
    static func parse(_ text: String) -> [SystemCall] {
        var unfinished: [Substring: Substring] = [:]
        var calls: [SystemCall] = []
        for line in text.split(separator: "\n") {
            let thread = line.prefix { $0.isNumber }
            var rest = line.dropFirst(thread.count).drop { $0 == " " }
            if rest.hasSuffix(" <unfinished ...>") {
                unfinished[thread] = rest.dropLast(" <unfinished ...>".count)
                continue
            }
            if rest.hasPrefix("<... "), let begun = unfinished.removeValue(forKey: thread),
                let end = rest.range(of: " resumed>")
            {
                rest = Substring(begun + rest[end.upperBound...])
            }
            if let call = SystemCall(thread: thread, text: rest) { calls.append(call) }
        }
        return calls
    }

    /// `nil` for a line about a signal or an exit.
    private init?(thread: Substring, text: Substring) {
        guard let open = text.firstIndex(of: "("), text.first?.isLetter == true,
            let equals = text.range(of: " = ", options: .backwards)
        else { return nil }
        self.thread = String(thread)
        name = String(text[..<open])
        let inside = text[text.index(after: open)..<equals.lowerBound]
        arguments = String(inside.lastIndex(of: ")").map { inside[..<$0] } ?? inside)
        result = String(text[equals.upperBound...])
    }
}
