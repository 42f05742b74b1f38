extension CutKind {
    /// What holds while the program at a hook of this kind is exchanged.
    ///
    /// tcx has a compare-and-swap on the program that is replaced (`BPF_F_REPLACE`, kernel/bpf/tcx.c); tc filters have none.
    public func guarantee(at kind: HookKind) -> String {
        let packets =
            switch self {
            case .switch: "flips with all others by one store"
            case .direct: "in place: every packet meets the old or the new program"
            }
        return "\(packets); \(kind == .tcx ? Self.excluded : detected)"
    }

    private static let excluded = "the kernel refuses when somebody else changed the place"

    private var detected: String {
        let place = self == .switch ? "the slot: " : ""
        return "\(place)a second writer is detected, not excluded"
    }

    /// How a plan takes over, in a line.
    ///
    /// - Parameter hooks: how many are replaced.
    public func summary(hooks: Int) -> String {
        let few = hooks == 1
        return switch self {
        case .switch:
            "one store flips \(few ? "the hook" : "all \(hooks) hooks"); unconfirmed, the kernel itself takes it back"
        case .direct:
            few
                ? "the hook is replaced in place; no confirm window"
                : "\(hooks) hooks are replaced in place, one after the other; no confirm window"
        }
    }

    /// What `apply` must be told, with a space before it: without a switch there is no window to wait in.
    public var consent: String { self == .direct ? " --confirm-within none" : "" }
}
