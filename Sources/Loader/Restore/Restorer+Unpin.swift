import Kernel
import Model

extension Restorer {
    /// Waits until the kernel has freed our programs. Returns those that it has not: something holds them, a slot that
    /// could not be found, a link, a descriptor or a pin.
    func stillLoaded(_ run: PinnedRun) -> Set<UInt32> {
        // The plain replacements are ours alone to attach, and pinned: those go first, so that only a slot holds one.
        if run.hooks.contains(where: { $0.plainID != 0 }) { dropPlainPins() }
        let ours = Set(run.hooks.flatMap(\.ours))
        // Freed after an RCU grace period; on a busy machine that takes a while.
        for _ in 0..<200 where ours.contains(where: BPFProgram.exists) { pause(milliseconds: 10) }
        return ours.filter(BPFProgram.exists)
    }

    /// Removes the pins, unless one of our programs is still loaded. Returns what is left.
    ///
    /// Such a program may sit in a slot that could not be found, and then the pins hold the only copy of what belongs
    /// there.
    func unpin(loaded: Set<UInt32>, _ run: PinnedRun) -> [String] {
        guard loaded.isEmpty else {
            return loaded.sorted().map { "our program \($0) is still loaded: something holds it; the pins stay" }
        }
        let own = OwnObjects(pins)
        do throws(KernelError) {
            held?.releaseControl()
            if let held { try held.removePins(observer: observer) } else { try pins.remove(observer: observer) }
            return own.stillThere()
        } catch {
            return ["\(error)"]
        }
    }

    private func dropPlainPins() {
        if let held { held.removePins(named: "plain_") } else { pins.remove(named: "plain_") }
    }
}
