import Glibc

/// Holds back the signals that ask for the end while the node is being changed, and says whether one came.
///
/// A signal that killed the process half-way would leave the undoing to the next command. Blocked and looked
/// at between the steps, it makes this command undo what it did. Whoever waits takes them with ``Waiter``.
public enum HeldSignals {
    /// In the order in which they are answered for.
    public static let numbers = [SIGINT, SIGTERM, SIGHUP]

    /// From here on; threads made later inherit it, those made before do not: call it first.
    ///
    /// A child inherits it, too, unless it is given ``forChildren``.
    public static func hold() {
        var set = all
        // SAFETY: the set lives during the call.
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Lets them end the process while `body` runs, as where a person is asked: one that waits does it at once.
    ///
    /// Only on the calling thread, and those that it makes meanwhile.
    public static func letThrough<Value>(_ body: () -> Value) -> Value {
        var set = all
        // SAFETY: the set lives during the calls.
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
        defer { unsafe pthread_sigmask(SIG_BLOCK, &set, nil) }
        return body()
    }

    /// The number of one that waits, which goes on waiting, or `nil`.
    public static func waiting() -> CInt? {
        var set = sigset_t()
        // SAFETY: the calls fill and read the set.
        guard unsafe sigpending(&set) == 0 else { return nil }
        return numbers.first { unsafe sigismember(&set, $0) == 1 }
    }

    /// The mask to start a child with (`posix_spawnattr_setsigmask`): that of the calling thread without what is held back here.
    public static var forChildren: sigset_t {
        var set = sigset_t()
        // SAFETY: the calls fill and change the set.
        unsafe pthread_sigmask(SIG_BLOCK, nil, &set)
        for signal in numbers { unsafe sigdelset(&set, signal) }
        return set
    }

    static var all: sigset_t {
        var set = sigset_t()
        // SAFETY: the calls fill and change the set.
        unsafe sigemptyset(&set)
        for signal in numbers { unsafe sigaddset(&set, signal) }
        return set
    }
}
