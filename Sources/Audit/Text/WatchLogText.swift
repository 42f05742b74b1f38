import FoundationEssentials
import Model

/// What `watch` prints.
public enum WatchLogText {
    /// A line of its log.
    public static func line(_ text: String, at time: Date) -> String { "\(Words.time(time))  \(text)" }

    /// How the node stands, in one sentence.
    public static func summary(_ document: WatchDocument) -> String {
        guard let run = document.runID else { return "No run is committed: nothing to watch" }
        let counts = WatchStanding.allCases.compactMap { standing -> String? in
            let count = document.counts[standing.rawValue] ?? 0
            return count == 0 && standing != .committed ? nil : "\(count) \(standing.rawValue)"
        }
        let more = [
            document.healed == 0 ? nil : "\(document.healed) healed",
            document.takenBack == 0 ? nil : "\(document.takenBack) taken back",
            document.givenUp == 0 ? nil : "\(document.givenUp) given up",
            document.blockers.isEmpty ? nil : "nothing is healed: \(document.blockers[0])",
        ].compactMap(\.self)
        return "Run \(Identifier.short(run)), hooks: " + (counts + more).joined(separator: ", ")
    }

    /// All of it, for `--once`.
    public static func render(_ document: WatchDocument) -> String {
        var page = Page()
        let lines = document.hooks.map { hook in
            "\(hook.standing == .vanished ? "  " : "! ")\(hook.standing.rawValue)  \(hook.title): \(hook.what)"
                + (hook.left.map { "; \($0)" } ?? "")
        }
        page.section("Hooks:", Page.limited(lines, total: document.hooksTotal))
        let next =
            document.isTrouble
            ? NextStep(what: "Convert what is like the run's hooks", command: "migrate watch --node \(document.node) --heal")
            : NextStep(what: "Read all of it", command: "migrate status")
        page.end(summary(document) + ".", next: next)
        return page.text
    }
}
