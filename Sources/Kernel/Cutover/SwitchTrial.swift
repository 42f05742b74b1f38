import Model

/// A switch in state legacy, with a cell and a slot of its own, attached to nothing; all of it goes with this value.
///
/// It shows that this kernel takes the switch with a configuration and, with a legacy program in the slot, what packets get
/// while it is installed and not flipped.
public struct SwitchTrial: ~Copyable {
    public let program: BPFProgram
    /// The kernel empties it when nobody but programs holds it.
    private let slot: LegacySlot

    /// - Parameter legacy: id of the program that it hands packets to; without one nothing is in the slot.
    /// - Throws: the verifier's last words where it takes the plain replacement only, or not the control program; EINVAL for
    ///   a legacy program that cannot be tail-called.
    public init(_ configuration: RedirectConfiguration, legacy: UInt32? = nil) throws(KernelError) {
        var attachType: UInt32 = 0
        if let legacy, case .fits(let its) = try TailCallTrial.of(program: legacy) { attachType = its }
        let slot = try LegacySlot()
        let control = try ControlObject.load()
        let pair = try SwitchPair.load(configuration, cell: try control.cell(), slot: slot, attachType: attachType)
        if let legacy { try slot.put(try BPFProgram(id: legacy)) }
        program = try pair.switchProgram()
        self.slot = slot
    }
}
