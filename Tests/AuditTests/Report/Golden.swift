import Foundation
import Model
import Testing

/// Whole documents kept beside the tests, to be read as a reader reads them.
///
/// `MIGRATE_GOLDEN=write` writes them anew: read the difference before it is committed.
enum Golden {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")

    /// Of what changes with every word of the built-in profile only that it is there.
    static func check(_ text: String, _ name: String, planID: String, _ place: SourceLocation = #_sourceLocation) throws
    {
        let shown = text.replacing(planID, with: "p-PLAN").replacing(Identifier.short(planID), with: "p-PLAN")
        let file = directory.appending(path: name)
        if ProcessInfo.processInfo.environment["MIGRATE_GOLDEN"] == "write" { try Data(shown.utf8).write(to: file) }
        let kept = try String(contentsOf: file, encoding: .utf8)
        guard shown != kept else { return }
        let pairs = zip(
            shown.split(separator: "\n", omittingEmptySubsequences: false),
            kept.split(separator: "\n", omittingEmptySubsequences: false))
        let first = pairs.enumerated().first { $1.0 != $1.1 }
        Issue.record(
            "\(name) line \((first?.offset ?? 0) + 1):\n\(first?.element.0 ?? "")\nkept:\n\(first?.element.1 ?? "")",
            sourceLocation: place)
    }
}
