import Glibc

extension Traffic {
    /// As `start`, and SIGINT, SIGTERM and SIGHUP end the sending instead of the process: the ledger is wanted.
    ///
    /// For commands only: the signals are blocked for the calling thread and those it starts from now on.
    public static func start(
        in lab: LabNode, _ options: TrafficOptions, stopOnSignals: Bool
    ) throws -> Traffic {
        guard stopOnSignals else { return try start(in: lab, options) }
        var signals = sigset_t()
        // SAFETY: all three only write or read the set.
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
        unsafe sigprocmask(SIG_BLOCK, &signals, nil)
        let traffic = try start(in: lab, options)
        let blocked = signals
        // Never joined: it ends with the process, whichever comes first.
        _ = try WorkThread { [weak traffic] in
            var set = blocked
            var number: CInt = 0
            // SAFETY: sigwait() reads the set and writes one int.
            unsafe sigwait(&set, &number)
            traffic?.requestStop()
        }
        return traffic
    }
}
