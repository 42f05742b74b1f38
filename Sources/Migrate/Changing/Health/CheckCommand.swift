import Glibc
import Kernel

/// Runs the operator's check: a line for the shell, whose exit code is the answer.
///
/// In a session of its own, so that all that it started ends with it, also what it left in the background; it gets none of
/// the signals that are held back here. Its output is kept only to say what it said last.
struct CheckCommand {
    let line: String
    let seconds: Int

    struct Outcome {
        /// 128 + n when a signal ended it; `nil`: it did not end in time, or could not be started.
        var status: Int32?
        /// The last line of its output that is not empty, at most 200 characters.
        var lastLine: String

        var isHealthy: Bool { status == 0 }
        /// For reports.
        var text: String {
            let said = lastLine.isEmpty ? "" : ": \(lastLine)"
            return (status.map { "exit \($0)" } ?? "no answer") + said
        }
    }

    /// - Returns: `nil` when a signal came that asks this program for its end.
    func run() -> Outcome? {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { return failed("no pipe: error \(errno)") }
        defer { close(ends[0]) }
        // pipe2() is for _GNU_SOURCE only. Nobody else here starts processes meanwhile.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let child = start(output: ends[1])
        close(ends[1])
        let pid: pid_t
        switch child {
        case .success(let started): pid = started
        case .failure(let failure): return failed(failure.what)
        }
        var said: [UInt8] = []
        let end = Self.now() + UInt64(max(1, seconds)) * 1_000_000_000
        while true {
            drain(ends[0], into: &said)
            var status: CInt = 0
            if hasEnded(pid) {
                // As long as it is not waited for, its number is nobody else's.
                kill(-pid, SIGKILL)
                waitpid(pid, &status, 0)
                drain(ends[0], into: &said)
                let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
                return Outcome(status: code, lastLine: Self.lastLine(said))
            }
            let isAsked = HeldSignals.waiting() != nil
            if isAsked || Self.now() >= end {
                kill(-pid, SIGKILL)
                waitpid(pid, &status, 0)
                let said = Self.lastLine(said)
                return isAsked
                    ? nil : Outcome(status: nil, lastLine: "not within \(seconds) s\(said.isEmpty ? "" : ": \(said)")")
            }
            var readable = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            poll(&readable, 1, 20)
            // A child that closed its output is waited for without spinning.
            if readable.revents & Int16(POLLHUP) != 0 { usleep(20_000) }
        }
    }

    /// Without taking it away.
    private func hasEnded(_ pid: pid_t) -> Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }

    private struct Failure: Error { var what: String }

    private func failed(_ why: String) -> Outcome { Outcome(status: nil, lastLine: "it could not be started: \(why)") }

    private func start(output: CInt) -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var mask = HeldSignals.forChildren, all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // POSIX_SPAWN_SETSID (0x80, spawn.h) is for _GNU_SOURCE only, which the module does not define.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80))
        let words: [String] = ["sh", "-c", line]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid = pid_t()
        let cause = posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ)
        return cause == 0 ? .success(pid) : .failure(Failure(what: "error \(cause)"))
    }

    /// Keeps the last few kilobytes. No more at once than a pipe holds: who never stops writing keeps nobody from looking
    /// at the clock.
    private func drain(_ output: CInt, into said: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<16 {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { return }
            said = (said + buffer.prefix(count)).suffix(4096)
        }
    }

    private static func lastLine(_ said: [UInt8]) -> String {
        let text = String(decoding: said, as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return String(line.filter { !($0.unicodeScalars.first?.properties.generalCategory == .control) }.prefix(200))
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
