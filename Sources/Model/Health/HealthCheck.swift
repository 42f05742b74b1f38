import FoundationEssentials

/// One question about a run's health, what came of it, and where it was asked from.
public struct HealthCheck: Codable, Hashable, Sendable {
    public enum Moment: String, Codable, Hashable, Sendable, CaseIterable {
        case beforeFlip = "before-flip"
        case window
        case beforeConfirm = "before-confirm"
    }

    public enum Subject: String, Codable, Hashable, Sendable, CaseIterable {
        /// Of planned destinations.
        case neighbors
        /// That planned destinations are behind.
        case devices
        /// The operator's own.
        case command
    }

    public var moment: Moment
    public var subject: Subject
    /// Network namespace, and interface where there is one.
    public var vantage: String
    public var isHealthy: Bool
    public var finding: String
    public var at: Date

    public init(
        moment: Moment, subject: Subject, vantage: String, isHealthy: Bool, finding: String, at: Date = Date()
    ) {
        self.moment = moment
        self.subject = subject
        self.vantage = vantage
        self.isHealthy = isHealthy
        self.finding = finding
        self.at = at
    }
}

/// Checks that came out alike one after the other, as a report keeps them.
public struct HealthRecord: Codable, Hashable, Sendable {
    public var check: HealthCheck
    public var times: Int
    public var lastAt: Date
    public init(check: HealthCheck, times: Int, lastAt: Date) {
        self.check = check
        self.times = times
        self.lastAt = lastAt
    }
}
