import FoundationEssentials

/// A shadow as a list shows it.
public struct ShadowSummary: Codable, Hashable, Sendable {
    public var id: String
    public var planID: String
    public var startedAt: Date
    public var verdict: ShadowDocument.Verdict
    /// All that came by.
    public var packets: UInt64
    public var differing: UInt64
    /// Of them: to destinations of which the plan says that they are not treated the same; `nil` in what older versions wrote.
    public var planned: UInt64?

    public init(
        id: String, planID: String, startedAt: Date, verdict: ShadowDocument.Verdict, packets: UInt64,
        differing: UInt64, planned: UInt64? = nil
    ) {
        self.id = id
        self.planID = planID
        self.startedAt = startedAt
        self.verdict = verdict
        self.packets = packets
        self.differing = differing
        self.planned = planned
    }
}
