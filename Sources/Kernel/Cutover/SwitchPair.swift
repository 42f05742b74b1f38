import Model

/// A switch and the plain replacement that `finalize` puts in its place, loaded together and attached to nothing: they count
/// into the same map.
public struct SwitchPair: ~Copyable {
    public let `switch`: BPFProgram
    public let plain: BPFProgram

    /// - Parameters:
    ///   - cell: the run's cell.
    ///   - slot: empty, or with a program that fits: the first program that refers to it decides what it takes.
    public static func load(
        _ configuration: RedirectConfiguration, cell: borrowing BPFMap, slot: borrowing LegacySlot
    ) throws(KernelError) -> SwitchPair {
        let names = (configuration.switchProgram, configuration.program)
        let object = try ReplacementObject.open(configuration, programs: [names.0, names.1]) {
            (object) throws(KernelError) in
            try object.reuse(map: "migrate_cell", descriptor: cell.descriptor)
            try object.reuse(map: "migrate_slot", descriptor: slot.map.descriptor)
        }
        let loaded = try object.load()
        return SwitchPair(
            switch: try BPFProgram(owning: try loaded.program(names.0)),
            plain: try BPFProgram(owning: try loaded.program(names.1)))
    }
}

extension RedirectConfiguration {
    /// Name of the program in the object that begins with the switch's prologue.
    public var switchProgram: String { "fib_switch" + program.dropFirst("fib_redirect".count) }
}
