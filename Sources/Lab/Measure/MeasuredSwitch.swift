import BPFObjects
import Kernel
import Model

/// The switch in front of the replacement, with a cell of its own in each state in which packets meet it.
final class MeasuredSwitch: Sendable {
    enum State: String, CaseIterable {
        /// Packets are handed to the legacy program.
        case legacy
        /// The replacement takes them; every packet compares the deadline, and is judged.
        case armed
        /// A part of the flows: each packet is hashed. All but one in 65,536 are in the share, or are not.
        case inShare = "open, flow in the share"
        case outOfShare = "open, flow not in the share"
        case committed
    }

    /// The kernel empties a slot whose last descriptor goes.
    private let slot: LegacySlot
    private let cell: BPFMap

    /// What hands packets to the legacy program.
    private static let handing: Set<State> = [.legacy, .outOfShare]

    private init(_ slot: consuming LegacySlot, _ cell: consuming BPFMap) {
        self.slot = slot
        self.cell = cell
    }

    static func load(
        _ configuration: RedirectConfiguration, _ state: State, legacy: UInt32
    ) throws(KernelError) -> Contestant {
        let loaded = try ControlObject.load()
        let cell = try loaded.cell()
        let slot = try LegacySlot()
        let pair = try SwitchPair.load(configuration, cell: cell, slot: slot)
        try slot.put(try BPFProgram(id: legacy))
        try set(state, by: try loaded.control())
        return Contestant(
            "switch \(state.rawValue)", try pair.switchProgram(), counts: !handing.contains(state),
            keeping: MeasuredSwitch(slot, cell))
    }

    private static func share(_ state: State) -> UInt32 {
        switch state {
        case .inShare: CellWord.wholeShare - 1
        case .outOfShare: 1
        default: CellWord.wholeShare
        }
    }

    /// A shadow in the legacy program's place, which calls it.
    static func load(_ configuration: ShadowConfiguration, legacy: UInt32) throws(KernelError) -> Contestant {
        let cell = try ControlObject.load().cell()
        let slot = try LegacySlot()
        let shadow = try ShadowObject.loadSwitch(configuration, cell: cell, slot: slot)
        try slot.put(try BPFProgram(id: legacy))
        return Contestant(
            "slot shadow \(configuration.replacement.membership.rawValue)", shadow.takeProgram(),
            keeping: MeasuredSwitch(slot, cell))
    }

    private static func set(_ state: State, by control: borrowing BPFProgram) throws(KernelError) {
        var request = ControlRequest.empty
        switch state {
        case .legacy: return
        case .armed, .inShare, .outOfShare:
            request.operation = UInt32(MIGRATE_DO_OPEN.rawValue)
            request.share = share(state)
            // An hour: longer than anything that is measured.
            request.duration = 3_600_000_000_000
            // Of 1,000 Hz, the shortest: with a longer one the deadline is later, which does no harm here.
            request.tick = 1_000_000
        case .committed: request.operation = UInt32(MIGRATE_DO_COMMIT.rawValue)
        }
        let answer = try ControlRequest.run(control, request)
        guard answer.answer == MIGRATE_DONE.rawValue else {
            throw .refused("set", "cell of the measured switch", "answer \(answer.answer)")
        }
    }
}
