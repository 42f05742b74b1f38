import FoundationEssentials

/// A snapshot as a list shows it.
public struct SnapshotSummary: Codable, Hashable, Sendable {
    public var id: String
    public var takenAt: Date
    public var node: String
    public var profile: String
    /// Entries of all its maps.
    public var entries: Int

    public init(id: String, takenAt: Date, node: String, profile: String, entries: Int) {
        self.id = id
        self.takenAt = takenAt
        self.node = node
        self.profile = profile
        self.entries = entries
    }
}
