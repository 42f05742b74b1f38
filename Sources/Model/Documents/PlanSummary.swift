import FoundationEssentials

/// A plan as a list shows it: its newest document.
public struct PlanSummary: Codable, Hashable, Sendable {
    public var id: String
    public var createdAt: Date
    /// `nil` where the snapshot has been pruned.
    public var snapshotID: String?
    public var node: String
    public var profile: String
    public var blockers: Int
    /// How many runs were made of this plan.
    public var runs: Int

    public init(
        id: String, createdAt: Date, snapshotID: String?, node: String, profile: String, blockers: Int, runs: Int
    ) {
        self.id = id
        self.createdAt = createdAt
        self.snapshotID = snapshotID
        self.node = node
        self.profile = profile
        self.blockers = blockers
        self.runs = runs
    }
}
