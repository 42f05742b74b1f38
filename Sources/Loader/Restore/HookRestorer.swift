import Kernel
import Model

/// Puts one hook back.
struct HookRestorer {
    let hook: PinnedHook
    /// `nil` when it was not found.
    let namespace: NetworkNamespace?
    /// Cookie of the node's own namespace.
    let node: UInt64
    let pins: RunPins
    /// The legacy programs, where this process holds them open.
    let held: HeldRun?
    let index: Int
    let acceptDrift: Bool
    let afterCheck: (Hook) -> Void

    var before: Hook { hook.before }
    var title: String { before.title(onNode: node) }

    /// The legacy program goes back into the place, if that holds ours.
    func restore() -> HookFate {
        guard let legacy = before.program, legacy.id != 0, before.filter?.bpf != nil || before.attachment != nil else {
            return .difference("\(title): the record holds no program", nil)
        }
        return looking(.unreached("\(title): its network namespace was not found")) {
            (namespace, found) throws(KernelError) in
            guard let found else { return gone(legacy) }
            let beside = try comparison(found, in: namespace)
            if isBack(found, legacy) { return fate(beside, found) }
            let holds = found.program?.id ?? 0
            guard holds == legacy.id || (hook.replacementID != 0 && holds == hook.replacementID) else {
                let line =
                    "\(title): holds program \(holds) (\(found.program?.name ?? "?"), tag \(found.program?.tag ?? "?")), "
                    + "neither \(legacy.id), which was there, nor ours"
                return acceptDrift ? .others(line, found) : .difference(line, found)
            }
            let swap = HookExchange.Swap(
                hook: before, replacement: hook.replacementID, attributes: before.filter?.bpf
            ) { found in
                guard found.program?.id == holds else { return false }
                afterCheck(before)
                return true
            }
            let outcome: HookExchange.Outcome
            if let open = held?.program(legacy.id) {
                outcome = try HookExchange.exchange(swap, in: namespace, by: open.program)
            } else {
                guard let program = try legacyProgram(legacy.id) else {
                    return .lost(
                        "\(title): holds our program \(holds); the kernel has freed program \(legacy.id), which was "
                            + "there, and no pin holds it: nothing can put it back", found)
                }
                outcome = try HookExchange.exchange(swap, in: namespace, by: program)
            }
            var fate: HookFate
            do throws(KernelError) {
                fate = try self.fate(of: outcome, in: namespace)
            } catch {
                fate = .mixed("\(title): the program was exchanged and could not be compared: \(error)", nil)
            }
            fate.changed = outcome.isChange
            return fate
        }
    }

    /// A hook that was not replaced: whatever is in it now, we did not put it there.
    func leave() -> HookFate {
        looking(.vanished("\(title): its network namespace was not found; the run put nothing there")) {
            (_, found) throws(KernelError) in
            if let found, let legacy = before.program, isBack(found, legacy) {
                return .back(found, title: title, changed: false)
            }
            let holds =
                found.map { "program \($0.program?.id ?? 0)" } ?? (before.kind == .tcx ? "nothing" : "no filter")
            return .others(
                "\(title): program \(before.program?.id ?? 0) when planned, \(holds) now, not by us", found)
        }
    }

    /// Finds the hook as it is now, and says what can be said without it.
    /// - Parameter unfound: what is said where its namespace was not found.
    private func looking(
        _ unfound: HookFate, _ body: (NetworkNamespace, Hook?) throws(KernelError) -> HookFate
    ) -> HookFate {
        guard let namespace else { return unfound }
        do throws(KernelError) {
            guard try exists(in: namespace) else { return .vanished("\(title): the interface is gone") }
            return try body(namespace, try current(in: namespace))
        } catch {
            return .mixed("\(title): \(error)", nil)
        }
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
            ? .others(line, nil) : .difference("\(line); it stays pinned as \(pins.legacyPath(index))", nil)
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

    private func fate(of outcome: HookExchange.Outcome, in namespace: NetworkNamespace) throws(KernelError) -> HookFate
    {
        switch outcome {
        case .done(let now):
            guard let wanted = before.filter else {
                return fate(try comparison(now, in: namespace), now, changed: true)
            }
            let differences = now.filter.map { FilterComparison.differences(title, before: wanted, now: $0) } ?? []
            return differences.isEmpty
                ? .back(now, title: title, changed: true)
                : .difference(differences.joined(separator: "; "), now)
        case .unread(let error):
            return .mixed("\(title): the program was exchanged and could not be read back: \(error)", nil)
        case .unexpected(let found), .takenOver(let found):
            let holds = found?.program.map { String($0.id) } ?? "none"
            return .difference("\(title): somebody else put program \(holds) into the slot just now", found)
        case .contended(let found):
            return .difference("\(title): the list of programs there would not hold still", found)
        case .overwrote(let foreign, let putBack):
            let came = "\(title): program \(foreign.bpf?.programID ?? 0) of somebody else came just now"
            let now = try current(in: namespace)
            return putBack
                ? .difference("\(came) and was left in the slot", now)
                : .mixed("\(came) and is lost; program \(now?.program?.id ?? 0) is in the slot", now)
        }
    }
}
