import FoundationEssentials

/// Reports of many nodes as one document, worst first.
public struct MergedReport: Codable, Sendable {
    /// One node, in a line.
    public struct Line: Codable, Hashable, Sendable {
        public var node: String
        public var machineID: String
        /// Of the run, or of the plan.
        public var subject: String
        /// The run's, or `planned` or `blocked`.
        public var state: String
        public var reason: RunReason?
        /// What is not as it was before, or cannot be told.
        public var residues: [String]
        /// Claims of the report that failed, by name.
        public var failed: [String]
        public var outOfStep: Int
        public var unobserved: Int
        public var createdAt: Date

        public init(
            node: String, machineID: String, subject: String, state: String, reason: RunReason?, residues: [String],
            failed: [String], outOfStep: Int, unobserved: Int, createdAt: Date
        ) {
            self.node = node
            self.machineID = machineID
            self.subject = subject
            self.state = state
            self.reason = reason
            self.residues = residues
            self.failed = failed
            self.outOfStep = outOfStep
            self.unobserved = unobserved
            self.createdAt = createdAt
        }
    }

    /// A file that is no report that this program reads.
    public struct Unreadable: Codable, Hashable, Sendable {
        public var file: String
        public var why: String
        public init(file: String, why: String) {
            self.file = file
            self.why = why
        }
    }

    public var formatVersion = documentFormatVersion
    public var kind = "merged-report"
    public var createdAt: Date
    public var tool: Tool
    public var unreadable: [Unreadable]
    /// Worst first; one for each of `reports`, in their order.
    public var nodes: [Line]
    public var reports: [ReportDocument]

    public init(
        createdAt: Date, tool: Tool, unreadable: [Unreadable], nodes: [Line], reports: [ReportDocument]
    ) {
        self.createdAt = createdAt
        self.tool = tool
        self.unreadable = unreadable
        self.nodes = nodes
        self.reports = reports
    }
}
