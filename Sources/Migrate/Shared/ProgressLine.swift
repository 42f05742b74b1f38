import Glibc
import Synchronization

/// How far a long read has come, on standard error: a bar on a terminal, else a line every ten seconds, with -q nothing.
public final class ProgressLine: Sendable {
    private struct State {
        var isDrawn = false
        var next: ContinuousClock.Instant
    }

    private let console: Console
    private let state: Mutex<State>
    /// What is quick needs no bar.
    private static let patience = Duration.milliseconds(500)

    public init(_ console: Console) {
        self.console = console
        let wait = console.showsBar ? Self.patience : .seconds(10)
        state = Mutex(State(next: ContinuousClock.now + wait))
    }

    /// - Parameter limit: at most so many there can be; how many there are is known only at the end.
    public func report(_ done: Int, of limit: Int) {
        let now = ContinuousClock.now
        state.withLock { state in
            guard now >= state.next else { return }
            if console.showsBar {
                console.bar(
                    "\(done) entries read of at most \(limit)", share: limit > 0 ? Double(done) / Double(limit) : 0)
                state.next = now + .milliseconds(100)
            } else {
                console.message("\(done) entries read of at most \(limit)")
                state.next = now + .seconds(10)
            }
            state.isDrawn = true
        }
    }

    /// Takes the bar away.
    public func end() {
        state.withLock { state in
            if state.isDrawn && console.showsBar { console.clearBar() }
            state.isDrawn = false
        }
    }
}
