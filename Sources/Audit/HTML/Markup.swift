import Model
import Mustache

/// Templates whose values are escaped, whatever they hold.
///
/// Not swift-mustache's own HTML content type: that goes by characters, and of a quote with a combining mark behind it, which are
/// one character, it escapes nothing.
enum Markup {
    private static let isRegistered: Bool = {
        MustacheContentTypes.register(EscapedScalars(), named: "ESCAPED")
        return true
    }()

    /// - Parameter values: texts, truths, and lists of the like.
    static func render(_ template: String, _ values: Any) throws -> String {
        precondition(isRegistered)
        return try MustacheTemplate(string: "{{% CONTENT_TYPE:ESCAPED}}" + template).render(values)
    }
}

/// Text in HTML, in an element or in a quoted attribute.
struct EscapedScalars: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in Shown.plain(text).unicodeScalars {
            switch scalar {
            case "<": shown += "&lt;".unicodeScalars
            case ">": shown += "&gt;".unicodeScalars
            case "&": shown += "&amp;".unicodeScalars
            case "\"": shown += "&quot;".unicodeScalars
            case "'": shown += "&#39;".unicodeScalars
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }
}
