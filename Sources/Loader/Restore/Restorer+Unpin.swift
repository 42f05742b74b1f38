import Kernel
import Model

extension Restorer {
    /// Waits until the kernel has freed our programs. Returns those that it has not: something holds them, a slot that
    /// could not be found, a link, a descriptor or a pin.
    func stillLoaded(_ run: PinnedRun) -> Set<UInt32> {
        // The plain replacements are ours alone to attach, and pinned: those go first, so that only a slot holds one.
        if run.hooks.contains(where: { $0.plainID != 0 }) { dropPlainPins() }
        return FreedPrograms.stillLoaded(run.hooks.flatMap(\.ours))
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
            if let held { try held.removePins() } else { try pins.remove() }
            return own.stillThere()
        } catch {
            return ["\(error)"]
        }
    }

    private func dropPlainPins() {
        if let held { held.removePins(named: "plain_") } else { pins.remove(named: "plain_") }
    }
}
