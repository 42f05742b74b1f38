import Kernel
import Model

/// The names that are pinned where a run has its pins.
struct RunPinNames {
    let directory: String
    private let names: Set<String>

    init(_ directory: String) {
        self.directory = directory
        names = Set(DirectoryListing.names(in: directory))
    }

    func has(_ name: String) -> Bool { names.contains(name) }

    /// Whether only the sets of enrolled interfaces are there: a finalized run's programs still ask them.
    var isOfFinalized: Bool { !names.isEmpty && names.allSatisfy { $0.hasPrefix(EnrolledPin.prefix) } }

    /// Whether packets that are sent to the legacy programs reach them.
    ///
    /// - Parameters:
    ///   - switches: ids of the run's switches; a pair has one switch and one slot.
    ///   - state: of the cell: only where it has sent packets to the legacy programs, counters speak of them.
    func fallForward(_ switches: [UInt32], whileCellIs state: CellState) -> FallForward {
        let loaded = Set(switches).filter(BPFProgram.exists)
        guard !loaded.isEmpty, state != .committed else { return .none }
        // Out of sight, under another mount, they may well be there.
        let isInSight = has(PinName.record) || has(PinName.cell)
        if isInSight, (0..<UInt32(Set(switches).count)).contains(where: isEmpty) { return .unreachable }
        guard state != .open else { return .none }
        let counts = loaded.compactMap { id in
            (try? ReplacementObject.counters(ofProgram: id))?[SwitchCount.fellForward.name]
        }
        return counts.contains { $0 > 0 } ? .counted : .none
    }

    /// By its pin alone. Opened by its id, a slot whose last reference has just gone would be kept for ever (``BPFMap/exists(id:)``).
    private func isEmpty(_ pair: UInt32) -> Bool {
        guard has(PinName.slot(pair)) else { return true }
        do throws(KernelError) {
            return try BPFMap(pin: "\(directory)/\(PinName.slot(pair))").slotProgram() == nil
        } catch {
            return false
        }
    }
}
