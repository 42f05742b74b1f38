/// How long a run waits for its confirmation before the kernel takes it back.
public enum ConfirmWindow: Hashable, Sendable {
    /// It commits at once.
    case none
    case within(TimeSpan)

    /// What holds where nothing is said.
    public static let standard = ConfirmWindow.within(TimeSpan(seconds: 600))

    /// Seconds that a deadline may be away at most: 31 days (`LONGEST`, bpf/control.bpf.c).
    public static let longest = 31 * 86_400

    /// `none`, or a span of time.
    public init(_ text: String) throws(TimeSpan.Fault) {
        self = text == "none" ? .none : .within(try TimeSpan(text))
    }

    /// `nil` commits at once.
    public var seconds: Int? {
        switch self {
        case .none: nil
        case .within(let span): span.seconds
        }
    }

    public var text: String {
        switch self {
        case .none: "none"
        case .within(let span): span.text
        }
    }
}
