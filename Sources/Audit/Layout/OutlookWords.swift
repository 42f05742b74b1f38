import FoundationEssentials
import Model

/// How long a run holds, in plain words: the same in every text.
enum OutlookWords {
    static let lasting = "until reboot or until the interface is replaced"
    static let expired = "packets take the legacy programs; ours still sit in the slots"
    static let shadow = "packets take the legacy programs; switches that only look sit in the slots"
    static let fellForward =
        "packets fall forward: not all of them reach the legacy programs, those that do not take the replacement; "
        + "our programs still sit in the slots"

    /// `the replacement has the traffic until 03:12:40Z (in 9 min 58 s), then the legacy programs take it back by themselves`.
    ///
    /// - Parameters:
    ///   - share: per cent.
    ///   - seconds: until the deadline.
    ///   - fallsForward: packets will not reach the legacy programs.
    static func window(share: Int, until deadline: Date?, seconds: Int?, fallsForward: Bool = false) -> String {
        let traffic = share == 100 ? "the traffic" : "\(share) % of the flows"
        guard let deadline else { return "the replacement has \(traffic); until when is not known" }
        let left = seconds.map { " (in \(Duration.words(seconds: $0)))" } ?? ""
        return "the replacement has \(traffic) until \(moment(deadline, seconds: seconds ?? 0))\(left), "
            + (fallsForward
                ? "then packets fall forward: the switches cannot hand them all to the legacy programs"
                : "then the legacy programs take it back by themselves")
    }

    /// What `status` says behind the state's name.
    static func detail(of status: StatusDocument) -> String {
        guard let state = RunState(rawValue: status.state) else { return "" }
        return detail(
            state, status.reason, share: status.share ?? 100, until: status.confirmBy, seconds: status.confirmInSeconds,
            fallsForward: status.fellForward == true)
    }

    static func detail(
        _ state: RunState, _ reason: RunReason?, share: Int, until deadline: Date?, seconds: Int?, fallsForward: Bool
    ) -> String {
        let reason = reason.map { " (\(word($0)))" } ?? ""
        switch state {
        case .provisional:
            return "\(reason): "
                + window(share: share, until: deadline, seconds: seconds, fallsForward: fallsForward)
        case .expired: return "\(reason): \(fallsForward ? fellForward : expired)"
        case .shadow: return "\(reason): \(fallsForward ? fellForward : shadow)"
        case .committed, .finalized: return "\(reason), \(lasting)"
        default: return reason
        }
    }

    static func word(_ reason: RunReason) -> String {
        switch reason {
        case .deadline: "not confirmed in time"
        case .breaker: "too many failures in the kernel"
        case .health: "a health check failed"
        case .failure: "a step failed"
        case .operator: "by the operator"
        case .reboot: "the node was rebooted"
        }
    }

    /// The time of day, in UTC; with its date where that may be another one.
    static func moment(_ date: Date, seconds: Int) -> String {
        let text = date.formatted(.iso8601)
        guard seconds < 12 * 3600, let day = text.firstIndex(of: "T") else { return Words.time(date) }
        return String(text[text.index(after: day)...])
    }
}
