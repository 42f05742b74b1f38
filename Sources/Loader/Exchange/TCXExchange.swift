import CAttach
import CLibbpf
import Glibc
import Kernel
import Model
import SystemPackage

/// Exchanges a program at tcx by compare-and-swap: the kernel replaces what was expected, at the same position and
/// behind the same link, or nothing.
enum TCXExchange {
    /// How often a list may change beside our place before we give up.
    static let attempts = 8

    /// For a thread inside the hook's namespace.
    static func exchange(_ swap: HookExchange.Swap) -> HookExchange.Outcome {
        do throws(KernelError) { return try attempt(swap) } catch { return .refused(error) }
    }

    /// Throws before anything was changed, or not at all.
    private static func attempt(_ swap: HookExchange.Swap) throws(KernelError) -> HookExchange.Outcome {
        for _ in 0..<attempts {
            let found = try TCXHookReader.current(swap.hook, replacements: swap.replacements)
            guard let found, swap.expecting(found) else { return .unexpected(try whatIsThere(swap)) }
            switch try put(swap.program.program.descriptor.raw, into: found) {
            case .done:
                do throws(KernelError) {
                    return try confirm(found, holds: swap.program.reference.id)
                } catch {
                    return .unread(error)
                }
            case .stale: continue
            case .another: return .unexpected(try whatIsThere(swap))
            }
        }
        guard let found = try TCXHookReader.current(swap.hook, replacements: swap.replacements) else {
            return .unexpected(nil)
        }
        return .contended(found)
    }

    /// For people: where the program was attached without a link and is gone, what stands at its position.
    static func whatIsThere(_ swap: HookExchange.Swap) throws(KernelError) -> Hook? {
        if let found = try TCXHookReader.current(swap.hook, replacements: swap.replacements) { return found }
        return try TCXHookReader.neighbor(at: swap.hook)
    }

    private enum Answer {
        case done
        /// The list is of another revision; the place may be the same.
        case stale
        /// The place does not hold what it did.
        case another
    }

    private static func put(_ program: CInt, into found: Hook) throws(KernelError) -> Answer {
        let expected: BPFProgram
        do throws(KernelError) {
            expected = try BPFProgram(id: found.program?.id ?? 0)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return .another
        }
        let result =
            if let linkID = found.attachment?.linkID {
                try exchange(link: linkID, program, expected.descriptor.raw)
            } else {
                migrate_tcx_exchange(
                    found.ifindex, TCXList.attachType(found.direction), program, expected.descriptor.raw,
                    found.attachment?.revision ?? 0)
            }
        switch Errno(rawValue: -result) {
        case _ where result == 0: return .done
        case .staleNFSFileHandle: return .stale
        // Another program, no program, held by a link, no interface any more, link detached.
        case .notPermitted, .noSuchFileOrDirectory, .resourceBusy, .operationNotSupportedByDevice,
            Errno(rawValue: ENOLINK):
            return .another
        case .fileExists:
            throw .call("replace", found.title, .fileExists, detail: "that program is at this place already")
        case let cause: throw .call("replace", found.title, cause)
        }
    }

    /// A link that is gone is one that does not hold the program.
    private static func exchange(link id: UInt32, _ program: CInt, _ expected: CInt) throws(KernelError) -> CInt {
        let raw = bpf_link_get_fd_by_id(id)
        guard raw >= 0 else {
            let cause = Errno(rawValue: -raw)
            guard cause == .noSuchFileOrDirectory else { throw .call("open", "link \(id)", cause) }
            return raw
        }
        let link = OwnedDescriptor(owning: raw)
        return migrate_link_exchange(link.raw, program, expected)
    }

    private static func confirm(_ found: Hook, holds id: UInt32) throws(KernelError) -> HookExchange.Outcome {
        guard let after = try TCXHookReader.current(found, replacement: id), after.program?.id == id else {
            return .takenOver(try TCXHookReader.current(found))
        }
        return .done(after)
    }
}
