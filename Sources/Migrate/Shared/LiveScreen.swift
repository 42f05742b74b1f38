import Glibc

/// Lines on standard output that the next look takes the place of. Above them everything stays as it was, and when it ends
/// the last of them stay, too: nothing has to be put back, whatever ends the process.
public struct LiveScreen {
    private var drawn = 0

    /// Only a terminal that can move its cursor; `nil` otherwise.
    public init?() {
        guard isatty(1) == 1, let term = getenv("TERM").map({ String(cString: $0) }), term != "dumb", !term.isEmpty
        else { return nil }
    }

    /// Lines that are too long are cut, and those that find no room are left out: what wraps or scrolls cannot be drawn over.
    /// - Returns: `false` when the terminal is gone.
    public mutating func draw(_ lines: [String]) throws(Console.Failure) -> Bool {
        let (rows, columns) = Self.size
        let shown = lines.prefix(max(1, rows - 1)).map { String(Console.printable($0).prefix(max(1, columns - 1))) }
        let back = drawn > 0 ? "\u{1b}[\(drawn)A" : ""
        // Every line is cleared as it is written: a screen that is cleared as a whole flickers.
        let isThere = try Console.steer(back + shown.map { "\r\($0)\u{1b}[K\n" }.joined() + "\u{1b}[J")
        drawn = shown.count
        return isThere
    }

    private static var size: (rows: Int, columns: Int) {
        var size = winsize()
        // SAFETY: the call fills the structure, which lives during it.
        guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }
}
