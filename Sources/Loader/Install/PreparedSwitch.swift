import Kernel
import Model

/// A switch with all that it needs, loaded before anybody knows for which hook: cell, control program, slot, plain replacement.
///
/// Loading is by far the most of an installation's time, and needs nothing of the hook but what its legacy program was loaded
/// like. It is attached and pinned nowhere, so that all of it goes with this value, unless an installation takes it over.
public final class PreparedSwitch {
    /// `nil` once an installation has it: whoever goes on holding this must not keep programs alive that were undone.
    private var parts: Parts?

    /// For membership `enrolled`: empty until it is installed.
    var members: Members? { parts?.members }

    final class Members {
        let set: DeviceSet
        init(_ set: consuming DeviceSet) { self.set = set }
    }

    /// All of it, for once.
    func take() -> Parts? {
        defer { parts = nil }
        return parts
    }

    /// - Parameters:
    ///   - legacy: a program that is loaded as the one will be that the switch hands packets to.
    ///   - planned: as ``InstallRequest/planned``.
    ///   - interfaces: how many there are for the set of an `enrolled` one.
    public static func load(
        _ configuration: RedirectConfiguration, like legacy: UInt32, planned: [IPAddress: UInt32], interfaces: Int
    ) throws(MigrateError) -> PreparedSwitch {
        try acting("prepare a switch") { () throws(KernelError) in
            PreparedSwitch(try Parts(configuration, like: legacy, planned: planned, interfaces: interfaces))
        }
    }

    private init(_ parts: Parts) { self.parts = parts }
}

extension PreparedSwitch {
    final class Parts {
        let cell: Replacements.Cell
        let control: BPFProgram
        let slot: LegacySlot
        let program: OpenProgram
        let plain: BPFProgram
        let members: Members?
        /// What the switch refers to.
        private let planned: PlannedSet

        init(
            _ configuration: RedirectConfiguration, like legacy: UInt32, planned destinations: [IPAddress: UInt32],
            interfaces: Int
        ) throws(KernelError) {
            let loaded = try ControlObject.load()
            let cell = Replacements.Cell(try loaded.cell())
            let planned = try PlannedSet(destinations)
            var told = configuration
            told.planned = .init(planned)
            var members: Members?
            if configuration.membership == .enrolled {
                let made = Members(try DeviceSet(room: EnrolledSet.room(for: interfaces)))
                told.enrolledMap = made.set.map.record.id
                members = made
            }
            let slot = try LegacySlot()
            let pair = try SwitchPair.load(
                told, cell: cell.map, slot: slot, attachType: try SwitchLoading.attachType(legacy))
            let program = OpenProgram(try pair.switchProgram())
            let plain = try pair.plainProgram()
            let control = try loaded.control()
            self.program = program
            self.plain = plain
            self.control = control
            self.cell = cell
            self.slot = slot
            self.members = members
            self.planned = planned
        }
    }
}

extension Installer {
    /// Takes over what was prepared for the run's only hook: pins it, and puts the legacy program into the slot.
    func take(
        _ prepared: PreparedSwitch, for hook: Hook, _ progress: Progress
    ) throws(MigrateError) -> Replacements {
        try acting("prepare the switch of \(title(hook))") { () throws(KernelError) in
            guard let prepared = prepared.take() else {
                throw .refused("install", "the prepared switch", "an installation has it already")
            }
            try pins.pin(prepared.cell.map.descriptor, at: pins.cellPath)
            try pins.pin(prepared.control.descriptor, at: pins.controlPath)
            progress.held?.hold(control: try BPFProgram(id: prepared.control.record.id))
            try pins.pin(prepared.plain.descriptor, at: pins.plainPath(0))
            try pins.place(hook.program?.id ?? 0, in: prepared.slot, 0)
            return Replacements(
                ofHooks: [prepared.program], plains: [prepared.plain.record.reference], pairs: [0])
        }
    }
}
