import CLibbpf

/// What a switch and its cell ask of the kernel, each found out by loading a few instructions and running them once.
public enum CutFeature: String, CaseIterable, Sendable {
    /// A tail call through an array of programs: how a switch reaches the legacy program.
    case tailCall
    /// `bpf_jiffies64`: how a switch sees that the deadline has passed.
    case jiffies
    /// A 64-bit compare-and-swap: how the cell changes.
    case compareAndSwap
    /// `bpf_timer` on CLOCK_BOOTTIME: how the kernel itself writes that the deadline has passed.
    case timer

    /// As the kernel calls it.
    public var name: String {
        switch self {
        case .tailCall: "bpf_tail_call, BPF_MAP_TYPE_PROG_ARRAY"
        case .jiffies: "bpf_jiffies64"
        case .compareAndSwap: "BPF_CMPXCHG of 64 bits"
        case .timer: "bpf_timer on CLOCK_BOOTTIME"
        }
    }

    /// What it is for, in a few words.
    public var purpose: String {
        switch self {
        case .tailCall: "tail call from a switch"
        case .jiffies: "deadline in a switch"
        case .compareAndSwap: "compare-and-swap of the cell"
        case .timer: "timer of the cell"
        }
    }

    /// Throws what the kernel said where it has none, as it does without CAP_BPF and CAP_NET_ADMIN.
    public func probe() throws(KernelError) {
        switch self {
        case .tailCall: try Self.callThroughArray()
        case .jiffies: try FeatureProbe.run(name, migrate_load_jiffies_probe(), verdict: 0)
        case .compareAndSwap: try FeatureProbe.run(name, migrate_load_swap_probe(), verdict: 7)
        case .timer: try Self.makeTimer()
        }
    }

    private static func callThroughArray() throws(KernelError) {
        let loaded = try checked("load", "a probe of bpf_tail_call", migrate_load_callee_probe())
        let slot = try LegacySlot()
        let caller = try TailCallTrial.caller(slot)
        try slot.put(try BPFProgram(owning: OwnedDescriptor(owning: loaded)))
        let packet = [UInt8](repeating: 0, count: 64)
        // Index 1 is lo in every namespace.
        let verdict = try TestRun.tc(caller.descriptor, packet: packet, ifindex: 1).verdict
        guard verdict == 5 else {
            throw .unsupported("use", "bpf_tail_call", "its probe returned \(verdict), not 5")
        }
    }

    private static func makeTimer() throws(KernelError) {
        let made = try checked("create", "a map with a timer", migrate_make_timer_map())
        // `bpf_timer_init` wants the map to be held by user space.
        let map = OwnedDescriptor(owning: made)
        try FeatureProbe.run(CutFeature.timer.name, migrate_load_timer_probe(map.raw), verdict: 0)
    }
}
