/// How long a run still waits, on standard error: a bar on a terminal, else a line every ten seconds, with -q nothing.
public final class CountdownLine {
    private let console: Console
    private var next: ContinuousClock.Instant
    private var isDrawn = false
    /// The most there ever was, which is a full bar.
    private var whole = 1

    public init(_ console: Console) {
        self.console = console
        next = ContinuousClock.now + (console.showsBar ? .zero : .seconds(10))
    }

    /// - Parameter text: without the remaining time, which is said behind it.
    public func report(_ text: String, seconds: Int) {
        let now = ContinuousClock.now
        guard now >= next else { return }
        whole = max(whole, seconds)
        let line = "\(text), \(Duration.words(seconds: seconds)) left"
        if console.showsBar {
            console.bar(line, share: Double(seconds) / Double(whole))
            next = now + .milliseconds(500)
        } else {
            console.message(line)
            next = now + .seconds(10)
        }
        isDrawn = true
    }

    /// Takes the bar away, for another line or for good.
    public func clear() {
        if isDrawn && console.showsBar { console.clearBar() }
        isDrawn = false
    }
}
