import Glibc

/// Waiting for what the kernel does in its own time and tells nobody: the freeing of programs and maps behind RCU grace periods.
enum Patience {
    /// Asks again and again, first after half a millisecond, then ever more rarely, up to every 4 ms: the kernel's
    /// grace periods last about that long, and asking costs next to nothing.
    ///
    /// - Returns: whether it came true in time.
    static func wait<Failure: Error>(
        seconds: Int, until isSo: () throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        var nap: UInt32 = 500
        while try !isSo() {
            guard ContinuousClock.now < end else { return false }
            usleep(nap)
            nap = min(nap * 3 / 2, 4_000)
        }
        return true
    }
}
