import FoundationEssentials

/// What differs between two records of a node, or between one and the node as it is.
public struct DiffDocument: Codable, Sendable {
    /// One of the two sides.
    public struct Side: Codable, Hashable, Sendable {
        public enum Source: String, Codable, Hashable, Sendable {
            case snapshot
            case plan
            /// The node, read for this comparison and not kept.
            case node
        }

        public var source: Source
        /// Of the snapshot or plan; of the node as it is, the plan id it would have now, where it was planned.
        public var id: String?
        public var node: String
        public var takenAt: Date
        public init(source: Source, id: String?, node: String, takenAt: Date) {
            self.source = source
            self.id = id
            self.node = node
            self.takenAt = takenAt
        }
    }

    public var formatVersion = documentFormatVersion
    public var kind = "diff"
    public var before: Side
    public var after: Side
    /// Whether nothing differs.
    public var same: Bool
    /// Whether both are the same decision; `nil` where no plans were compared.
    public var samePlan: Bool?
    /// What makes them different decisions, one line each; empty where no plans were compared.
    public var decision: [String]
    /// Only those in which something differs, in an order that never changes.
    public var groups: [DiffGroup]
    public var addedTotal: Int
    public var removedTotal: Int
    public var changedTotal: Int

    public init(before: Side, after: Side, samePlan: Bool? = nil, decision: [String] = [], groups: [DiffGroup]) {
        self.before = before
        self.after = after
        self.samePlan = samePlan
        self.decision = decision
        self.groups = groups.filter { !$0.isEmpty }
        addedTotal = groups.reduce(0) { $0 + $1.addedTotal }
        removedTotal = groups.reduce(0) { $0 + $1.removedTotal }
        changedTotal = groups.reduce(0) { $0 + $1.changedTotal }
        same = self.groups.isEmpty && decision.isEmpty && samePlan != false
    }
}

/// Things of one sort that differ; at most `PlanDocument.listLimit` of each list, with the totals.
public struct DiffGroup: Codable, Hashable, Sendable {
    /// A thing that only one side has.
    public struct Thing: Codable, Hashable, Sendable {
        /// What it is, in words that both sides would use.
        public var title: String
        public var attributes: [String: String]
        public init(title: String, attributes: [String: String]) {
            self.title = title
            self.attributes = attributes
        }
    }

    /// A thing that both sides have, with what differs of it.
    public struct Change: Codable, Hashable, Sendable {
        public var title: String
        public var attributes: [Attribute]
        public init(title: String, attributes: [Attribute]) {
            self.title = title
            self.attributes = attributes
        }
    }

    public struct Attribute: Codable, Hashable, Sendable {
        public var name: String
        /// `nil` where it was absent.
        public var before: String?
        public var after: String?
        public init(name: String, before: String?, after: String?) {
            self.name = name
            self.before = before
            self.after = after
        }
    }

    public var name: String
    public var added: [Thing] = []
    public var addedTotal = 0
    public var removed: [Thing] = []
    public var removedTotal = 0
    public var changed: [Change] = []
    public var changedTotal = 0

    public init(name: String) { self.name = name }

    public var isEmpty: Bool { addedTotal + removedTotal + changedTotal == 0 }

    mutating func add(_ thing: @autoclosure () -> Thing) {
        addedTotal += 1
        if added.count < PlanDocument.listLimit { added.append(thing()) }
    }

    mutating func remove(_ thing: @autoclosure () -> Thing) {
        removedTotal += 1
        if removed.count < PlanDocument.listLimit { removed.append(thing()) }
    }

    mutating func change(_ change: @autoclosure () -> Change) {
        changedTotal += 1
        if changed.count < PlanDocument.listLimit { changed.append(change()) }
    }
}
