import Kernel
import Model

extension Restorer {
    /// Waits until the kernel has freed our programs. Returns those that it has not: something holds them, a slot that
    /// could not be found, a link, a descriptor or a pin.
    func stillLoaded(_ run: PinnedRun) -> Set<UInt32> {
        let ours = Set(run.hooks.flatMap(\.ours))
        // Freed after an RCU grace period; on a busy machine that takes a while.
        for _ in 0..<200 where ours.contains(where: BPFProgram.exists) { pause(milliseconds: 10) }
        return ours.filter(BPFProgram.exists)
    }

    /// Removes the pins, unless one of our programs is still loaded. Returns what is left.
    ///
    /// Such a program may sit in a slot that could not be found, and then the pins hold the only copy of what belongs
    /// there.
    func unpin(loaded: Set<UInt32>) -> [String] {
        guard loaded.isEmpty else {
            return loaded.sorted().map { "our program \($0) is still loaded: something holds it; the pins stay" }
        }
        do throws(KernelError) {
            if let held { try held.removePins(observer: observer) } else { try pins.remove(observer: observer) }
            return []
        } catch {
            return ["\(error)"]
        }
    }
}
