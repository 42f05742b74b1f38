import Glibc

/// Holds back the signals that ask for the end while the node is being changed, and says whether one came.
///
/// A signal that killed the process half-way would leave the undoing to the next command. Blocked and looked
/// at between the steps, it makes this command undo what it did.
struct PendingSignals {
    private static let held = [SIGINT, SIGTERM, SIGHUP]

    /// From here on; threads made later inherit it.
    static func hold() {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in held { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The number of one that waits, or `nil`.
    static func waiting() -> Int32? {
        var set = sigset_t()
        guard sigpending(&set) == 0 else { return nil }
        return held.first { sigismember(&set, $0) == 1 }
    }
}
