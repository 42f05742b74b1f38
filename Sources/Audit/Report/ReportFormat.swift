import Model

/// What a report can be written as; each a function of the document alone.
public enum ReportFormat: String, CaseIterable, Sendable {
    case text
    case json
    case html
    case markdown
    case junit
    case prometheus

    /// Ends with a line feed.
    public func render(_ report: ReportDocument) throws -> String {
        switch self {
        case .text: ReportText.render(report)
        case .json: try ReportJSON.render(report)
        case .html: try ReportHTML.render(report)
        case .markdown: ReportMarkdown.render(report)
        case .junit: ReportJUnit.render(report)
        case .prometheus: ReportPrometheus.render(report)
        }
    }
}
