import Kernel
import Model

/// Exchanges programs in their own places: check, replace, check again. Many hooks take few system calls, and each of
/// them has an outcome of its own.
package enum HookExchange {
    package enum Outcome {
        /// Our program is in the slot, all else as asked for.
        case done(Hook)
        /// The slot did not hold what was expected; nothing was changed. `nil`: the filter, link or program is gone.
        case unexpected(Hook?)
        /// The slot holds what was expected, but its neighbours kept changing; nothing was changed.
        case contended(Hook)
        /// A foreign program that came between check and replace was overwritten; it was put back if it still could
        /// be had. Only where the kernel has no compare-and-swap.
        case overwrote(Filter, putBack: Bool)
        /// Our program was put in; what is there now, or what was there before, could not be told.
        case unread(KernelError)
        /// Somebody replaced the program right after us, or it is not as asked for.
        case takenOver(Hook?)
        /// The hook could not be read, or the kernel refused the exchange; nothing was changed.
        case refused(KernelError)

        /// `false` when it is certain that the slot holds nothing of ours.
        package var leavesOurs: Bool {
            switch self {
            case .unexpected, .contended, .overwrote(_, putBack: true), .refused: false
            case .done, .overwrote, .takenOver, .unread: true
            }
        }

        /// Whether a program was exchanged, if only for a moment.
        package var isChange: Bool {
            switch self {
            case .done, .overwrote, .takenOver, .unread: true
            case .unexpected, .contended, .refused: false
            }
        }
    }

    /// What is exchanged.
    package struct Swap {
        /// As it was planned or recorded.
        package var hook: Hook
        /// Programs that may have taken its program's place.
        package var replacements: [UInt32]
        /// What is put in.
        package var program: OpenProgram
        /// Attributes that the filter shall have; for filters.
        package var attributes: Filter.BPF?
        /// Whether the hook as found may be replaced. Asked again whenever it had to be read again.
        package var expecting: (Hook) -> Bool

        package init(
            hook: Hook, replacements: [UInt32], program: OpenProgram, attributes: Filter.BPF?,
            expecting: @escaping (Hook) -> Bool
        ) {
            self.hook = hook
            self.replacements = replacements
            self.program = program
            self.attributes = attributes
            self.expecting = expecting
        }
    }

    /// Exchanges all, one namespace after the other. A hook that fails keeps no other from being exchanged.
    ///
    /// - Returns: one outcome for each swap, in their order.
    package static func exchange(
        _ swaps: [Swap], in directory: NamespaceDirectory, _ limits: ExchangeLimits = ExchangeLimits()
    ) -> [Outcome] {
        swaps.inGroups(by: \.hook.netns.cookie) { cookie, swaps in
            guard let namespace = directory[cookie] else {
                let error = KernelError.unsupported(
                    "find", "its network namespace", "not looked into: \(directory.gaps)")
                return swaps.map { _ in .refused(error) }
            }
            return exchange(swaps, in: namespace, limits)
        }
    }

    /// All of one namespace: one thread, one socket, one monitor.
    static func exchange(
        _ swaps: [Swap], in namespace: NetworkNamespace, _ limits: ExchangeLimits = ExchangeLimits()
    ) -> [Outcome] {
        do throws(KernelError) {
            return try namespace.run { () throws(KernelError) in try exchangeHere(swaps, limits) }
        } catch {
            return swaps.map { _ in .refused(error) }
        }
    }

    /// For a thread inside the namespace. Throws before anything was changed, or not at all.
    private static func exchangeHere(
        _ swaps: [Swap], _ limits: ExchangeLimits
    ) throws(KernelError) -> [Outcome] {
        let filters = swaps.filter { $0.hook.kind != .tcx }
        var done: [Outcome] = []
        if let first = filters.first {
            var exchange = try FilterExchange(netns: first.hook.netns.cookie, room: limits.room)
            for part in filters.chunks(of: limits.chunk) { done += exchange.exchange(Array(filters[part])) }
        }
        var rest = done[...]
        return swaps.map { swap in
            if swap.hook.kind != .tcx, let outcome = rest.popFirst() { return outcome }
            return TCXExchange.exchange(swap)
        }
    }
}
