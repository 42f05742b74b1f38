extension ReportDocument {
    private struct Header: Decodable {
        var formatVersion: String
        var kind: String
    }

    /// A report from the bytes of a file: JSON, or an HTML report, which holds its document.
    ///
    /// - Parameter name: how messages name it: a path, or `-`.
    /// - Throws: `unreadableReport`, `otherVersion` or `editedReport`, all of which end a command with 65.
    public static func read(_ bytes: [UInt8], named name: String) throws(MigrateError) -> ReportDocument {
        let json = try EmbeddedDocument.find(in: bytes, named: name) ?? bytes
        try checkHeader(json, name)
        do {
            return try JSON.decode(ReportDocument.self, from: json)
        } catch {
            throw unreadable(name, "it is no whole report: \(Self.fault(error))")
        }
    }

    private static func fault(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .valueNotFound(_, let context): (context, "a value is missing")
            case .typeMismatch(let type, let context): (context, "a value is no \(type)")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (.init(codingPath: [], debugDescription: ""), "\(error)")
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? what : "at \(path): \(what)"
    }

    private static func checkHeader(_ bytes: [UInt8], _ name: String) throws(MigrateError) {
        guard let header = try? JSON.decode(Header.self, from: bytes) else {
            let isCut = bytes.first == UInt8(ascii: "{") && (try? JSON.decode(Header.self, from: bytes)) == nil
            throw unreadable(
                name, bytes.isEmpty ? "it is empty" : isCut ? "it is cut off, or not JSON" : "it is not JSON")
        }
        guard header.kind == "report" else {
            throw MigrateError(
                .otherVersion, "cannot read report \(name)", facts: ["it is a document of kind \(header.kind)"],
                remedy: "Make one:  migrate report --format json > report.json")
        }
        guard header.formatVersion.split(separator: ".").first == documentFormatVersion.split(separator: ".").first
        else {
            throw MigrateError(
                .otherVersion, "cannot read report \(name)",
                facts: ["its format is \(header.formatVersion), this program reads \(documentFormatVersion)"],
                remedy: "Convert it with the version that wrote it, or make it again:  migrate report --format json")
        }
    }

    static func unreadable(_ name: String, _ fact: String) -> MigrateError {
        MigrateError(
            .unreadableReport, "cannot read report \(name)", facts: [fact],
            remedy: "Make it again:  migrate report --format json > report.json")
    }
}
