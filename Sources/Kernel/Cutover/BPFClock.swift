import BPFObjects

/// The time as BPF programs have it: inside a time namespace user space's clocks differ from it.
public struct BPFClock: Sendable {
    /// `CLOCK_BOOTTIME` of the initial time namespace, nanoseconds.
    public var boottime: UInt64
    /// `bpf_jiffies64`.
    public var jiffies: UInt64

    /// Test-runs a program of ours that refers to no map.
    public static func read() throws(KernelError) -> BPFClock {
        let program = try ControlObject.loadClock()
        let answer = try ControlRequest.run(program, ControlRequest.empty)
        return BPFClock(boottime: answer.now, jiffies: answer.jiffies)
    }
}
