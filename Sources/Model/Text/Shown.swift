/// Names come from pods, from other programs and from files that anybody may have written.
public enum Shown {
    /// What would steer a terminal, break a line, or turn the direction of the text is shown as `\x1b` or `\u{202e}`.
    public static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) { shown += escape(scalar).unicodeScalars } else { shown.append(scalar) }
        }
        return String(shown)
    }

    /// Controls, marks of direction, and what is no character at all.
    public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return scalar.value > 0xff ? "\\u{\(digits)}" : "\\x\(digits.count < 2 ? "0" : "")\(digits)"
    }
}
