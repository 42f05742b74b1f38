/// One line of the system's log: a flip, a confirmation, a rollback. Fixed words first, then `key=value`, for people and for
/// whoever searches logs.
public struct SystemLogLine: Hashable, Sendable {
    public enum Event: String, Sendable {
        /// Hooks went to the replacement.
        case flip
        case confirm
        case rollback
    }

    public var event: Event
    public var text: String
    /// Not as it was asked for: a hook that is not back.
    public var isFault: Bool

    /// - Parameter node: the node's name, which the environment may have given.
    public init(_ event: Event, _ run: RunDocument, node: String, by actor: CommandRecord.Actor) {
        self.event = event
        isFault = event == .rollback && run.state != .rolledBack
        var words = [
            ("run", run.runID), ("plan", run.planID), ("node", node), ("state", run.state.rawValue),
        ]
        if let reason = run.reason { words.append(("reason", reason.rawValue)) }
        if event == .flip {
            words.append(("share", "\(run.share)%"))
            if let seconds = run.confirmInSeconds { words.append(("confirm_in", "\(seconds)s")) }
        }
        if let proof = run.proof { words.append(("identical", "\(proof.identical)")) }
        if !run.hooks.isEmpty { words.append(("hooks", "\(run.hooks.count)")) }
        words.append(("uid", "\(actor.uid)"))
        if let login = actor.loginUID { words.append(("login_uid", "\(login)")) }
        text = ([event.rawValue] + words.map { "\($0.0)=\(Self.word($0.1))" }).joined(separator: " ")
    }

    /// One word, whatever somebody put into it: a line of a log must not be made to look like two.
    private static func word(_ value: String) -> String {
        let shown = value.unicodeScalars.map { scalar in
            (0x21...0x7e).contains(scalar.value) && scalar != "\"" && scalar != "=" ? Character(scalar) : "_"
        }
        return shown.isEmpty ? "_" : String(shown.prefix(100))
    }
}
