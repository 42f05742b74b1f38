import Glibc

/// A lab for the duration of one command.
public enum Session {
    /// Builds a lab, runs `command` inside, takes the lab down whatever happens.
    ///
    /// Signals are blocked first and taken one by one: none can come between the lab and its end. What the terminal
    /// sends (Ctrl-C) reaches the command by itself; what another process sends to us is passed on.
    /// - Returns: the command's exit status, 128 + n if it ended by signal n.
    public static func run(_ options: LabOptions, _ command: [String]) throws(LabError) -> Int32 {
        let executable = try LabExecutable.find()
        var signals = sigset_t()
        // SAFETY: all three only write the set; the mask is that of the main thread, the only one.
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] { unsafe sigaddset(&signals, signal) }
        unsafe sigprocmask(SIG_BLOCK, &signals, nil)
        let lab = try LabNode.up(options, executable: executable, bound: true)
        let status: Int32
        do throws(LabError) {
            if let early = pendingSignal() {
                try lab.down()
                return 128 + early
            }
            let words = [executable, "exec", "--name", options.name, "--"] + command
            status = try follow(try Spawn.start(words, streams: nil), &signals)
        } catch {
            try? lab.down()
            throw error
        }
        try lab.down()
        return status
    }

    /// What came while the lab was built, before there was a command to receive it.
    private static func pendingSignal() -> CInt? {
        var pending = sigset_t()
        // SAFETY: sigpending() writes the set, sigismember() reads it.
        guard unsafe sigpending(&pending) == 0 else { return nil }
        return [SIGINT, SIGTERM, SIGHUP, SIGQUIT].first { unsafe sigismember(&pending, $0) == 1 }
    }

    private static func follow(_ child: pid_t, _ signals: inout sigset_t) throws(LabError) -> Int32 {
        while true {
            var status: CInt = 0
            // SAFETY: waitpid() writes one int, sigwaitinfo() fills one structure.
            if unsafe waitpid(child, &status, WNOHANG) == child { return Spawn.exitStatus(status) }
            var info = unsafe siginfo_t()
            let signal = unsafe sigwaitinfo(&signals, &info)
            // SI_KERNEL (0x80): the terminal sent it to the whole group, the command among them.
            if signal > 0, signal != SIGCHLD, unsafe info.si_code != 0x80 { kill(child, signal) }
        }
    }
}
