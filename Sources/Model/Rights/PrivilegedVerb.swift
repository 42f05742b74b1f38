/// A verb that reads or changes the node. What each needs was found by experiment: `scripts/capabilities` takes one capability
/// after the other away, and docs/security.md shows what was left.
public enum PrivilegedVerb: String, CaseIterable, Codable, Sendable {
    case preflight, discover, plan, explain, diff, status
    case shadow, apply, confirm, extend, canary, rollback, finalize, resume, watch

    /// The smallest set with which it does all that it does with every capability, in the order of ``Capability``.
    public var needs: [Capability] {
        switch self {
        case .status, .confirm, .extend, .canary: [.sysPtrace, .sysAdmin]
        case .rollback, .finalize, .resume: [.netAdmin, .sysPtrace, .sysAdmin]
        // Whoever plans must see all that a plan sees, or another decision may come out.
        case .preflight, .discover, .plan, .explain, .diff, .shadow, .apply, .watch: Capability.allCases
        }
    }

    /// What of ``needs`` is not in a set as `/proc/PID/status` shows it.
    public func missing(from effective: UInt64) -> [Capability] {
        needs.filter { effective & (1 << $0.bit) == 0 }
    }
}
