import Model

/// Whether this kernel takes the switch with a configuration: loaded with a cell and a slot of its own, attached to nothing,
/// and all of it gone with the call.
public enum SwitchTrial {
    /// Throws the verifier's last words where it takes the plain replacement only, or not the control program.
    public static func load(_ configuration: RedirectConfiguration) throws(KernelError) {
        let control = try ControlObject.load()
        _ = try SwitchPair.load(configuration, cell: try control.cell(), slot: try LegacySlot())
    }
}
