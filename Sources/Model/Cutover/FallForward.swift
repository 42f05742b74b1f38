/// Whether packets that a run's cell sends to the legacy programs get there: a switch that cannot take that call goes on
/// into the replacement, and counts it.
public enum FallForward: Hashable, Sendable {
    /// Nothing speaks against it.
    case none
    /// Some did not.
    case counted
    /// A switch has no legacy program to call any more: its slot lost its pin, and with that what it held.
    case unreachable
}
