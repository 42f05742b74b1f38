import Kernel
import Model

/// One exchange of a program in its own place: check, replace, check again.
enum HookExchange {
    enum Outcome {
        /// Our program is in the slot, all else as asked for.
        case done(Hook)
        /// The slot did not hold what was expected; nothing was changed. `nil`: the filter, link or program is gone.
        case unexpected(Hook?)
        /// The slot holds what was expected, but its neighbours kept changing; nothing was changed.
        case contended(Hook)
        /// A foreign program that came between check and replace was overwritten; it was put back if it still could
        /// be had. Only where the kernel has no compare-and-swap.
        case overwrote(Filter, putBack: Bool)
        /// Our program was put in; what is there now could not be read.
        case unread(KernelError)
        /// Somebody replaced the program right after us, or it is not as asked for.
        case takenOver(Hook?)

        /// `false` when it is certain that the slot holds nothing of ours.
        var leavesOurs: Bool {
            switch self {
            case .unexpected, .contended, .overwrote(_, putBack: true): false
            case .done, .overwrote, .takenOver, .unread: true
            }
        }

        /// Whether a program was exchanged, if only for a moment.
        var isChange: Bool {
            switch self {
            case .done, .overwrote, .takenOver, .unread: true
            case .unexpected, .contended: false
            }
        }
    }

    /// What is exchanged.
    struct Swap {
        /// As it was planned or recorded.
        var hook: Hook
        /// The program that took its program's place, if one did.
        var replacement: UInt32?
        /// Attributes that the filter shall have; for filters.
        var attributes: Filter.BPF?
        /// Whether the hook as found may be replaced. Asked again whenever it had to be read again.
        var expecting: (Hook) -> Bool
    }

    static func exchange(
        _ swap: Swap, in namespace: NetworkNamespace, by program: borrowing BPFProgram
    ) throws(KernelError) -> Outcome {
        if swap.hook.kind == .tcx { return try TCXExchange.exchange(swap, in: namespace, by: program) }
        guard let attributes = swap.attributes else { return .unexpected(nil) }
        return try FilterExchange.exchange(
            swap.hook, in: namespace, program: program.descriptor, attributes: attributes, expecting: swap.expecting)
    }
}
