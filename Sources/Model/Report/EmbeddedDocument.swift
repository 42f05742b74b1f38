/// The JSON document inside an HTML report: one line between two lines that are the same in every report, and its SHA-256.
public enum EmbeddedDocument {
    /// Before the line, without the digest and what follows it.
    public static let opening = "<script type=\"application/json\" id=\"document\" data-sha256=\""
    static let afterDigest = "\">\n"
    static let closing = "\n</script>"

    /// The document as it stands in a page: canonical JSON in which nothing can end or begin an element, and no character is one
    /// that HTML does not take.
    public static func text(of document: some Encodable) throws -> String {
        let json = String(decoding: try JSON.canonical(document), as: UTF8.self)
        guard json.unicodeScalars.contains(where: isEscaped) else { return json }
        var text = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            guard isEscaped(scalar) else {
                text.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                text += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars
            }
        }
        return String(text)
    }

    /// In JSON they stand in strings only, where each may be written by its number (RFC 8259 section 7).
    private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "<", ">", "&": true
        default: scalar.value >= 0x7f && Shown.isHidden(scalar)
        }
    }

    /// The element, and the digest of the line in it.
    public static func element(of document: some Encodable) throws -> (html: String, digest: String) {
        let text = try text(of: document)
        let digest = Digest.sha256(Array(text.utf8))
        return (opening + digest + afterDigest + text + closing, digest)
    }

    /// The line, checked against its digest; `nil` where the bytes are no page.
    static func find(in bytes: [UInt8], named name: String) throws(MigrateError) -> [UInt8]? {
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") else { return nil }
        guard let start = bytes.firstRange(of: Array(opening.utf8)) else {
            throw ReportDocument.unreadable(name, "it is no HTML report of this program, or it is cut off")
        }
        let digest = bytes[start.upperBound...].prefix(64)
        let from = start.upperBound + 64 + afterDigest.utf8.count
        guard from < bytes.count, let end = bytes[from...].firstRange(of: Array(closing.utf8)) else {
            throw ReportDocument.unreadable(name, "it is cut off inside its document")
        }
        let line = Array(bytes[from..<end.lowerBound])
        guard Digest.sha256(line) == String(decoding: digest, as: UTF8.self) else {
            throw MigrateError(
                .editedReport, "cannot read report \(name)",
                facts: ["its document does not fit the SHA-256 beside it: it was edited"],
                remedy: "Make it again:  migrate report --format html > report.html")
        }
        return line
    }
}
