import Kernel

/// Waits, two seconds at most, until the kernel has freed programs: after an RCU grace period, which a busy machine makes long.
enum FreedPrograms {
    /// Those that are still loaded then: something holds them, a slot, a link, a descriptor or a pin.
    static func stillLoaded(_ ids: some Sequence<UInt32>) -> Set<UInt32> {
        let wanted = Set(ids).subtracting([0])
        var left = wanted
        _ = Patience.wait(seconds: 2) {
            left = left.filter(BPFProgram.exists)
            return left.isEmpty
        }
        return left
    }
}
