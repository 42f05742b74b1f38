import Model

/// How a run is tried before somebody confirms it, as `apply` was asked for.
struct Trial {
    var window: ConfirmWindow
    /// Of the flows, what goes to the replacement at first.
    var share: FlowShare
    /// Failures that are too many; `nil`: the breaker is off.
    var breaker: FlowShare?
    /// For a shell; its exit code is the answer.
    var check: String?
    /// Between two health checks.
    var everySeconds = 5
}
