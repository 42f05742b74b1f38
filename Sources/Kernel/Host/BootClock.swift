import Glibc

/// The clock that counts from boot and that nobody sets (`CLOCK_BOOTTIME`): nanoseconds, suspended time among them.
public enum BootClock {
    public static func now() -> UInt64 {
        var time = timespec()
        // SAFETY: the call fills `time`.
        guard unsafe clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return 0 }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
