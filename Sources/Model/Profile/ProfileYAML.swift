import Yams

/// A profile as the YAML that ``ProfileReader`` reads.
///
/// Written from the profile's JSON, whose keys are the YAML's: a field that is added to ``Profile`` is written as well.
public enum ProfileYAML {
    /// - Parameters:
    ///   - head: comment lines in front, without `# `.
    ///   - notes: comment lines before a field, by its path (`contract.protocols`).
    public static func text(_ profile: Profile, head: [String] = [], notes: [String: [String]] = [:]) throws -> String {
        let json = String(decoding: try JSON.canonical(profile), as: UTF8.self)
        // JSON is YAML, and Yams keeps what Foundation's essentials cannot read without a type.
        guard let root = try Yams.compose(yaml: json) else { return "" }
        var writer = Writer(notes: notes)
        for line in head { writer.comment(line, indent: 0) }
        writer.mapping(root, path: "", indent: 0)
        return writer.lines.joined(separator: "\n") + "\n"
    }

    private struct Writer {
        let notes: [String: [String]]
        var lines: [String] = []

        mutating func comment(_ text: String, indent: Int) {
            // A line break would end the comment and begin a field.
            let plain = String(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
            lines.append((spaces(indent) + "# " + plain).trimmingSuffixSpaces())
        }

        /// - Parameter dash: whether the first field stands behind a list's dash.
        mutating func mapping(_ node: Node, path: String, indent: Int, dash: Bool = false) {
            var first = dash
            for (key, value) in ProfileYAML.ordered(node) {
                let inner = path.isEmpty ? key : "\(path).\(key)"
                for note in notes[inner] ?? [] { comment(note, indent: indent) }
                let lead = first ? spaces(indent - 2) + "- " : spaces(indent)
                first = false
                if let flow = ProfileYAML.flow(value, key: key) {
                    lines.append("\(lead)\(key): \(flow)")
                } else if let items = value.sequence {
                    lines.append("\(lead)\(key):")
                    for item in items { mapping(item, path: inner, indent: indent + 4, dash: true) }
                } else {
                    lines.append("\(lead)\(key):")
                    mapping(value, path: inner, indent: indent + 2)
                }
            }
            for note in notes[path.isEmpty ? "end" : path + ".end"] ?? [] { comment(note, indent: indent) }
        }

        private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
    }

    /// Fields as a reader expects them; those that are not named here come last, by their names.
    private static let order = [
        "name", "summary", "members", "maps", "pin", "program", "key", "value", "keep", "hook", "contract", "writers",
        "size", "offset", "family", "byte_order", "ifindex_offset", "ifindex_width", "destination_mac_offset",
        "source_mac_offset", "kind", "direction", "families", "protocols", "on_failure", "control_block", "mark",
        "index", "why", "processes", "plugins",
    ]

    private static func ordered(_ node: Node) -> [(String, Node)] {
        let pairs = node.mapping?.compactMap { key, value in key.string.map { ($0, value) } } ?? []
        let isBlock = pairs.contains { $0.0 == "value" && $0.1.scalar != nil }
        return pairs.sorted { rank($0.0, last: isBlock ? "value" : nil) < rank($1.0, last: isBlock ? "value" : nil) }
    }

    private static func rank(_ key: String, last: String?) -> (Int, String) {
        (key == last ? order.count : order.firstIndex(of: key) ?? order.count, key)
    }

    /// One line for scalars, for lists of scalars and for mappings of nothing but scalars; `nil` for the rest.
    private static func flow(_ node: Node, key: String) -> String? {
        switch node {
        case .scalar(let scalar): return word(scalar, key: key)
        case .sequence(let items):
            guard items.allSatisfy({ $0.scalar != nil }) else { return nil }
            return "[" + items.compactMap { $0.scalar.map { word($0, key: key) } }.joined(separator: ", ") + "]"
        case .mapping:
            let pairs = ordered(node)
            guard !pairs.isEmpty, pairs.allSatisfy({ $0.1.scalar != nil }) else { return pairs.isEmpty ? "{}" : nil }
            let inner = pairs.compactMap { name, value in
                value.scalar.map {
                    "\(name): \(word($0, key: key == "control_block" && name == "value" ? "mark" : name))"
                }
            }
            return "{" + inner.joined(separator: ", ") + "}"
        case .alias: return nil
        }
    }

    private static func word(_ scalar: Node.Scalar, key: String) -> String {
        guard scalar.style == .doubleQuoted else {
            // Marks are patterns of bits.
            if key == "mark", let number = UInt32(scalar.string) { return "0x" + String(number, radix: 16) }
            return scalar.string
        }
        return quoted(scalar.string)
    }

    /// A text that YAML takes for nothing else; quoted where that is not plain.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/_-.*".utf8.contains(byte)
            }
        }
        let startsWell =
            text.utf8.first.map { Character(UnicodeScalar($0)).isLetter || $0 == UInt8(ascii: "/") } ?? false
        let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if plain && startsWell && !reserved { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case let other where other.value < 0x20 || (0x7f...0x9f).contains(other.value):
                escaped += "\\x" + String(other.value + 0x100, radix: 16).dropFirst()
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\"\(escaped)\""
    }
}

extension String {
    fileprivate func trimmingSuffixSpaces() -> String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
