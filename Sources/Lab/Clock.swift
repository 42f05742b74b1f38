import Glibc

/// Nanoseconds of CLOCK_MONOTONIC, the same in every process of the machine.
enum Clock {
    static func now() -> UInt64 {
        var time = timespec()
        // SAFETY: clock_gettime() fills the structure it is given.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Sleeps until `moment` on the same clock.
    static func sleep(until moment: UInt64) {
        var time = timespec(tv_sec: Int(moment / 1_000_000_000), tv_nsec: Int(moment % 1_000_000_000))
        // SAFETY: clock_nanosleep() reads the structure; an interruption only shortens the sleep.
        _ = unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
    }
}
