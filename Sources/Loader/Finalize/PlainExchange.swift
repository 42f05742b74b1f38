import Kernel
import Model

/// Puts the plain replacement into the place of the switch, in every hook: what `finalize` does first.
///
/// The program's doing stays the same: whichever of the two a packet meets, it takes the replacement. So hooks may hold
/// either, and a second try goes on where the first one ended.
package enum PlainExchange {
    package struct Wanted {
        package var hook: PinnedHook
        /// The plain replacement, whose id the record keeps as `plainID`.
        package var plain: OpenProgram

        package init(hook: PinnedHook, plain: OpenProgram) {
            self.hook = hook
            self.plain = plain
        }
    }

    package enum Outcome {
        /// The plain replacement is in the slot, put there just now.
        case done(Hook)
        /// It was there already.
        case already(Hook)
        /// It is not, or that cannot be told; nothing that others put there was taken away but what it says.
        case failed(HookExchange.Outcome)

        /// The hook as read back, where it holds the plain replacement.
        package var holds: Hook? {
            switch self {
            case .done(let hook), .already(let hook): hook
            case .failed: nil
            }
        }
    }

    /// - Parameter afterCheck: called between the check of a hook and its replacement: where a test puts the second writer.
    /// - Returns: one outcome for each, in their order.
    package static func exchange(
        _ all: [Wanted], in directory: NamespaceDirectory, _ limits: ExchangeLimits = ExchangeLimits(),
        afterCheck: @escaping (Hook) -> Void = { _ in }
    ) -> [Outcome] {
        let swaps = all.map { swap($0, afterCheck) }
        return zip(all, HookExchange.exchange(swaps, in: directory, limits)).map { wanted, outcome in
            switch outcome {
            case .done(let hook): .done(hook)
            case .unexpected(let hook?) where hook.program?.id == wanted.plain.reference.id: .already(hook)
            default: .failed(outcome)
            }
        }
    }

    private static func swap(_ wanted: Wanted, _ afterCheck: @escaping (Hook) -> Void) -> HookExchange.Swap {
        let before = wanted.hook.before
        let switchID = wanted.hook.replacementID
        var attributes = before.filter?.bpf
        attributes?.programID = wanted.plain.reference.id
        attributes?.name = wanted.plain.reference.name
        return HookExchange.Swap(
            hook: before, replacements: wanted.hook.ours, program: wanted.plain, attributes: attributes
        ) { found in
            guard found.program?.id == switchID else { return false }
            afterCheck(before)
            return true
        }
    }
}
