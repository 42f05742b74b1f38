import Kernel
import Model

extension Restorer {
    /// Waits until the kernel has freed our programs, then removes the pins. Returns what is left.
    ///
    /// In this order: a program that is still loaded may sit in a slot that could not be found, and then the
    /// pins hold the only copy of what belongs there.
    func unpin(_ run: PinnedRun) -> [String] {
        let ours = Set(run.hooks.map(\.replacementID)).subtracting([0])
        // Freed after an RCU grace period; on a busy machine that takes a while.
        for _ in 0..<200 where ours.contains(where: BPFProgram.exists) { pause(milliseconds: 10) }
        let left = ours.filter(BPFProgram.exists).sorted()
        guard left.isEmpty else {
            return left.map { "our program \($0) is still loaded: something holds it; the pins stay" }
        }
        do throws(KernelError) {
            try pins.remove()
            return []
        } catch {
            return ["\(error)"]
        }
    }
}
