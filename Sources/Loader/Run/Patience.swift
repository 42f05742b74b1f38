import Glibc

/// Waiting for what the kernel does in its own time and tells nobody: the freeing of programs and maps behind RCU grace periods.
enum Patience {
    /// Asks again and again, first after a quarter of a millisecond, then ever more rarely, up to every 4 ms: asking costs
    /// next to nothing, and each nap is but a thirtieth of what was waited until then.
    ///
    /// - Returns: whether it came true in time.
    static func wait<Failure: Error>(
        seconds: Int, until isSo: () throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        var nap: UInt32 = 250
        while try !isSo() {
            guard ContinuousClock.now < end else { return false }
            usleep(nap)
            nap = min(nap * 31 / 30, 4_000)
        }
        return true
    }
}
