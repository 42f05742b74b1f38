import Kernel
import Model

/// Judges one hook of a rollback: what is to be done with it, and what became of that. It changes nothing.
///
/// All of it is for a thread inside the hook's namespace.
struct HookRestorer {
    let hook: PinnedHook
    /// Cookie of the node's own namespace.
    let node: UInt64
    let pins: RunPins
    /// Of the pin of its legacy program.
    let legacyNumber: Int
    /// Whether the run may have put its program there.
    let isTouched: Bool
    let acceptDrift: Bool

    var before: Hook { hook.before }
    var title: String { before.title(onNode: node) }

    /// What is to be done.
    enum Step {
        case nothing(HookFate)
        /// The legacy program goes into the place, which holds `program`.
        case exchange(found: Hook, program: UInt32, legacy: ProgramReference)
    }

    /// Without its namespace.
    var unfound: HookFate {
        guard let fault else {
            return isTouched
                ? .unreached("\(title): its network namespace was not found")
                : .vanished("\(title): its network namespace was not found; the run put nothing there")
        }
        return fault
    }

    /// - Parameter reading: the hook as it is now.
    func step(_ reading: Result<Hook?, KernelError>, hasInterface: Bool) -> Step {
        if let fault { return .nothing(fault) }
        guard hasInterface else { return .nothing(vanished) }
        do throws(KernelError) {
            let found = try current(reading)
            return isTouched ? try step(found) : .nothing(left(found))
        } catch {
            return .nothing(.mixed("\(title): \(error)", nil))
        }
    }

    /// The legacy program goes back into the place, if that holds ours.
    private func step(_ found: Hook?) throws(KernelError) -> Step {
        guard let legacy = before.program else { return .nothing(.difference(noProgram, nil)) }
        guard let found else { return .nothing(gone(legacy)) }
        let beside = try comparison(found)
        if isBack(found, legacy) { return .nothing(fate(beside, found)) }
        let holds = found.program?.id ?? 0
        guard holds == legacy.id || hook.ours.contains(holds) else {
            let line =
                "\(title): holds program \(holds) (\(found.program?.name ?? "?"), tag \(found.program?.tag ?? "?")), "
                + "neither \(legacy.id), which was there, nor ours"
            return .nothing(acceptDrift ? .others(line, found) : .difference(line, found))
        }
        return .exchange(found: found, program: holds, legacy: legacy)
    }

    /// A hook that was not replaced: whatever is in it now, we did not put it there.
    private func left(_ found: Hook?) -> HookFate {
        if let found, let legacy = before.program, isBack(found, legacy) {
            return .back(found, title: title, changed: false)
        }
        let holds = found.map { "program \($0.program?.id ?? 0)" } ?? (before.kind == .tcx ? "nothing" : "no filter")
        return .others("\(title): program \(before.program?.id ?? 0) when planned, \(holds) now, not by us", found)
    }

    /// What the record lacks to put anything back.
    private var fault: HookFate? {
        let isComplete = before.program.map { $0.id != 0 } ?? false
        guard isTouched, !isComplete || before.filter?.bpf == nil && before.attachment == nil else { return nil }
        return .difference(noProgram, nil)
    }

    private var noProgram: String { "\(title): the record holds no program" }

    var vanished: HookFate { .vanished("\(title): the interface is gone") }

    func lost(_ found: Hook, _ legacy: ProgramReference) -> HookFate {
        .lost(
            "\(title): holds our program \(found.program?.id ?? 0); the kernel has freed program \(legacy.id), which was "
                + "there, and no pin holds it: nothing can put it back", found)
    }

    /// The place is gone. With a link went its program, whoever's it was by then; a filter, or a program attached
    /// without a link, was removed from under ours.
    private func gone(_ legacy: ProgramReference) -> HookFate {
        if let linkID = before.attachment?.linkID {
            return .vanished("\(title): link \(linkID) is gone, and what it held with it")
        }
        let what = before.kind == .tcx ? "our program was detached" : "the filter is gone"
        let line = "\(title): \(what), program \(legacy.id) is attached nowhere"
        return acceptDrift
            ? .others(line, nil) : .difference("\(line); it stays pinned as \(pins.legacyPath(legacyNumber))", nil)
    }

    /// The legacy program, with all that belongs to its place. What stands beside it is compared apart.
    private func isBack(_ found: Hook, _ legacy: ProgramReference) -> Bool {
        before.kind == .tcx ? found.program?.id == legacy.id : found.filter == before.filter
    }

    private func fate(_ beside: TCXComparison, _ now: Hook, changed: Bool = false) -> HookFate {
        guard let line = beside.difference else {
            return .back(now, title: title, changed: changed, beside: beside.others)
        }
        return acceptDrift ? .others(line, now) : .difference(line, now)
    }

    /// What became of an exchange.
    func fate(of outcome: HookExchange.Outcome, hasInterface: () -> Bool) -> HookFate {
        var fate: HookFate
        do throws(KernelError) {
            fate = try judged(outcome)
        } catch {
            fate = .mixed("\(title): the program was exchanged and could not be compared: \(error)", nil)
        }
        // An interface that goes takes all with it, at whatever moment.
        if fate.now == nil, [.mixed, .difference].contains(fate.kind), !hasInterface() { fate = vanished }
        fate.changed = outcome.isChange
        return fate
    }

    private func judged(_ outcome: HookExchange.Outcome) throws(KernelError) -> HookFate {
        switch outcome {
        case .done(let now):
            guard let wanted = before.filter else { return fate(try comparison(now), now, changed: true) }
            let differences = now.filter.map { FilterComparison.differences(title, before: wanted, now: $0) } ?? []
            return differences.isEmpty
                ? .back(now, title: title, changed: true)
                : .difference(differences.joined(separator: "; "), now)
        case .refused(let error):
            return .mixed("\(title): \(error)", nil)
        case .unread(let error):
            return .mixed("\(title): the program was exchanged and could not be read back: \(error)", nil)
        case .unexpected(let found), .takenOver(let found):
            let holds = found?.program.map { String($0.id) } ?? "none"
            return .difference("\(title): somebody else put program \(holds) into the slot just now", found)
        case .contended(let found):
            return .difference("\(title): the list of programs there would not hold still", found)
        case .overwrote(let foreign, let putBack):
            let came = "\(title): program \(foreign.bpf?.programID ?? 0) of somebody else came just now"
            let now = try current()
            return putBack
                ? .difference("\(came) and was left in the slot", now)
                : .mixed("\(came) and is lost; program \(now?.program?.id ?? 0) is in the slot", now)
        }
    }
}
