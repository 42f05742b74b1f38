import Model

/// Lines of text in the making: sections apart by an empty line, the important line and the command last.
struct Page {
    /// How many lines of a list text shows.
    static let listLimit = 20

    private var lines: [String] = []

    /// The whole text; ends with a line feed.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// The same, where names may hold anything: no line has a line break in it.
    var plainText: String { lines.map(Shown.plain).joined(separator: "\n") + "\n" }

    mutating func line(_ text: String) { lines.append(text) }

    mutating func add(_ more: [String]) { lines += more }

    /// A title and its lines after an empty line; nothing where there are none.
    mutating func section(_ title: String, _ body: [String]) {
        guard !body.isEmpty else { return }
        gap()
        lines.append(title)
        lines += body
    }

    /// Lines after an empty one; nothing where there are none.
    mutating func section(_ body: [String]) {
        guard !body.isEmpty else { return }
        gap()
        lines += body
    }

    mutating func gap() {
        if !lines.isEmpty { lines.append("") }
    }

    /// What counts, then what to type.
    mutating func end(_ important: String, next: NextStep) {
        gap()
        lines.append(important)
        lines.append("  \(next.what):  \(next.command)")
    }

    /// Commands, each with the comment in front of it on a line of its own.
    static func commands(_ commands: [String]) -> [String] {
        commands.flatMap { $0.split(separator: "\n").map { "  " + $0 } }
    }

    /// The first of `all`, and how many more there are; `total` where the list itself was cut before.
    static func limited(
        _ all: [String], total: Int? = nil, limit: Int = Page.listLimit, indent: String = "  "
    ) -> [String] {
        let shown = Array(all.prefix(limit))
        let rest = max(total ?? 0, all.count) - shown.count
        return rest > 0 ? shown + ["\(indent)… and \(rest) more"] : shown
    }
}
