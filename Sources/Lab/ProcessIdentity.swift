import Glibc

/// A process that cannot be mistaken for a later one with the same number.
public struct ProcessIdentity: Codable, Hashable, Sendable {
    public var pid: Int32
    /// Clock ticks since boot (field 22 of /proc/PID/stat).
    public var started: UInt64

    public static func current() throws(LabError) -> ProcessIdentity {
        let pid = getpid()
        guard let stat = Stat(pid: pid) else { throw LabError(.system, "read /proc/\(pid)/stat") }
        return ProcessIdentity(pid: pid, started: stat.started)
    }

    /// Still there, the same one, and not a zombie.
    public var isAlive: Bool {
        guard let stat = Stat(pid: pid) else { return false }
        return stat.started == started && stat.state != "Z" && stat.state != "X"
    }

    /// Sends `signal` if the process is still the same.
    func send(_ signal: CInt) {
        if isAlive { kill(pid, signal) }
    }

    /// Waits until it is gone; `false` if it is still there after `milliseconds`. Reaps it if it is our child.
    func waitUntilGone(milliseconds: Int) -> Bool {
        for _ in 0..<max(1, milliseconds / 5) {
            var status: CInt = 0
            // SAFETY: waitpid() writes one int; ECHILD (not our child) is as good as 0.
            _ = unsafe waitpid(pid, &status, WNOHANG)
            if !isAlive { return true }
            usleep(5000)
        }
        return false
    }

    private struct Stat {
        var state: Substring
        var started: UInt64

        init?(pid: Int32) {
            guard let text = try? TextFile.read("/proc/\(pid)/stat") else { return nil }
            // The name in parentheses may hold spaces and parentheses: count from the last one.
            guard let close = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard fields.count > 19, let started = UInt64(fields[19]) else { return nil }
            self.state = fields[0]
            self.started = started
        }
    }
}
