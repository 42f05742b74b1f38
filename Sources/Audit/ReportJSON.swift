import Model

/// Any document as JSON for programs and for keeping: keys in snake_case and sorted, indented.
public enum ReportJSON {
    /// Ends with a line feed.
    public static func render(_ document: some Encodable) throws -> String { try JSON.pretty(document) + "\n" }
}
