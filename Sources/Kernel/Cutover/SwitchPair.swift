import Model

/// A switch and the plain replacement that `finalize` puts in its place, loaded together and attached to nothing: they count
/// into the same map.
public struct SwitchPair: ~Copyable {
    private let object: LoadedObject
    private let names: (switch: String, plain: String)

    public func switchProgram() throws(KernelError) -> BPFProgram {
        try BPFProgram(owning: try object.program(names.switch))
    }

    public func plainProgram() throws(KernelError) -> BPFProgram {
        try BPFProgram(owning: try object.program(names.plain))
    }

    /// - Parameters:
    ///   - cell: the run's cell.
    ///   - slot: empty, or with a program that fits: the first program that refers to it decides what it takes.
    ///   - attachType: that the switch is loaded for, as the legacy program was (``TailCallTrial``); 0 is none.
    public static func load(
        _ configuration: RedirectConfiguration, cell: borrowing BPFMap, slot: borrowing LegacySlot,
        attachType: UInt32 = 0
    ) throws(KernelError) -> SwitchPair {
        let names = (switch: configuration.switchProgram, plain: configuration.program)
        let object = try ReplacementObject.open(configuration, programs: [names.switch, names.plain]) {
            (object) throws(KernelError) in
            try object.reuse(map: "migrate_cell", descriptor: cell.descriptor)
            try object.reuse(map: "migrate_slot", descriptor: slot.map.descriptor)
            try object.expect(attachType: attachType, ofProgram: names.switch)
        }
        return SwitchPair(object: try object.load(), names: names)
    }
}

extension RedirectConfiguration {
    /// Name of the program in the object that begins with the switch's prologue.
    public var switchProgram: String { Self.switchProgram(for: membership) }

    /// The same for each membership; of it the kernel keeps 15 characters (`BPF_OBJ_NAME_LEN`).
    public static func switchProgram(for membership: Membership) -> String {
        "fib_switch" + program(for: membership).dropFirst("fib_redirect".count)
    }
}
