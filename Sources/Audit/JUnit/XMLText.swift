import Model

/// XML 1.0 in the making: every name in it is ours, every text is escaped.
struct XMLText {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var depth = 0

    mutating func open(_ name: String, _ attributes: [(String, String)]) {
        line("<\(name)\(Self.written(attributes))>")
        depth += 1
    }

    mutating func close(_ name: String) {
        depth -= 1
        line("</\(name)>")
    }

    mutating func empty(_ name: String, _ attributes: [(String, String)]) {
        line("<\(name)\(Self.written(attributes))/>")
    }

    /// Line breaks stay in the content.
    mutating func element(_ name: String, _ attributes: [(String, String)], _ content: String) {
        guard !content.isEmpty else { return empty(name, attributes) }
        let lines = content.split(separator: "\n", omittingEmptySubsequences: false).map { Self.escaped(String($0)) }
        line("<\(name)\(Self.written(attributes))>\(lines.joined(separator: "\n"))</\(name)>")
    }

    private mutating func line(_ content: String) {
        text += String(repeating: "  ", count: depth) + content + "\n"
    }

    private static func written(_ attributes: [(String, String)]) -> String {
        attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
    }

    /// What XML 1.0 has no character for, even as a reference (section 2.2), is shown as it is named.
    static func escaped(_ text: String) -> String {
        var shown = ""
        for scalar in Shown.plain(text).unicodeScalars {
            switch scalar {
            case "<": shown += "&lt;"
            case ">": shown += "&gt;"
            case "&": shown += "&amp;"
            case "\"": shown += "&quot;"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
