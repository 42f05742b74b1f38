import FoundationEssentials
import Model

/// How far a shadow has come, for `--stream`: one line a second before the shadow's own document.
struct ShadowProgress: Codable, Sendable {
    var formatVersion = documentFormatVersion
    var kind = "shadow-progress"
    var shadowID: String
    var planID: String
    /// The run, where it stands in the slots.
    var runID: String?
    var at: Date
    var secondsLeft: Int
    /// So far, of all hooks.
    var packets: ShadowTotals
}
