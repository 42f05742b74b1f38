import Kernel

/// Waits, two seconds at most, until the kernel has freed programs: after an RCU grace period, which a busy machine makes long.
enum FreedPrograms {
    /// Those that are still loaded then: something holds them, a slot, a link, a descriptor or a pin.
    static func stillLoaded(_ ids: some Sequence<UInt32>) -> Set<UInt32> {
        let wanted = Set(ids).subtracting([0])
        for _ in 0..<200 where wanted.contains(where: BPFProgram.exists) { pause(milliseconds: 10) }
        return wanted.filter(BPFProgram.exists)
    }
}
