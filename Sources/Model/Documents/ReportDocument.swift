import FoundationEssentials

/// Everything about one run; every report format is a function of this value.
public struct ReportDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "report"
    public var createdAt: Date
    public var tool: Tool
    public var node: NodeIdentity
    public var run: RunDocument
    public var startedAt: Date
    public var endedAt: Date?
    public var plan: PlanDocument?
    public var journal: [JournalEntry]
    public var counters: [String: UInt64]
    /// Of the run's plan, newest first; `nil` where there are none.
    public var shadows: [ShadowSummary]?

    public init(
        createdAt: Date, tool: Tool, node: NodeIdentity, run: RunDocument, startedAt: Date, endedAt: Date?,
        plan: PlanDocument?, journal: [JournalEntry], counters: [String: UInt64]
    ) {
        self.createdAt = createdAt
        self.tool = tool
        self.node = node
        self.run = run
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.plan = plan
        self.journal = journal
        self.counters = counters
    }
}
