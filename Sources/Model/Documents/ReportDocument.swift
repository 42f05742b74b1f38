import FoundationEssentials

/// Everything about one run, or about a plan that was not applied: what was seen, planned, done and proven, and what was not
/// seen. Every format of a report is a function of this document alone.
public struct ReportDocument: Codable, Sendable {
    public var formatVersion = documentFormatVersion
    public var kind = "report"
    public var createdAt: Date
    /// That wrote this document.
    public var tool: Tool
    public var node: NodeIdentity
    /// `nil` for a plan that was not applied.
    public var run: RunDocument?
    public var startedAt: Date?
    public var endedAt: Date?
    /// `nil` for a run that is known from its pins only.
    public var plan: PlanDocument?
    public var journal: [JournalEntry]
    /// Packets per outcome, summed over the run's hooks and all processors.
    public var counters: [String: UInt64]
    /// Of the run's plan, newest first; `nil` where there are none.
    public var shadows: [ShadowSummary]?
    /// Who gave the commands, in their order; lines of the journal name them by their number. `nil` in what earlier versions
    /// wrote.
    public var commands: [CommandRecord]?
    /// Of the confirm window, in their order; `nil` where nobody read it.
    public var traffic: [TrafficSample]?
    /// `nil` where there is no plan.
    public var gain: Gain?
    /// What could not be read or was not asked, and why: of the plan, of the run and of this report.
    public var unobserved: [Unobserved]?

    public init(
        createdAt: Date, tool: Tool, node: NodeIdentity, run: RunDocument?, startedAt: Date?, endedAt: Date?,
        plan: PlanDocument?, journal: [JournalEntry] = [], counters: [String: UInt64] = [:]
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

    /// The run's id, or the plan's.
    public var subject: String { run?.runID ?? plan?.planID ?? "" }
}
