import Kernel
import Model

/// Looks after shadows that stand in the slots of a run's hooks.
struct SlotWatch {
    let pins: RunPins
    let node: NetworkNamespace
    let hooks: [Hook]
    /// Ours, in the hooks' order.
    let programs: [ProgramReference]

    /// Why nothing more can be seen, or why it must not go on: packets that took the replacement, or a cell that sends them
    /// there or says that somebody has taken the run back.
    ///
    /// - Parameter readers: what they count. No slot is opened by its id: see ``BPFMap/exists(id:)``.
    func end(_ readers: [ShadowReader]) -> String? {
        do throws(KernelError) {
            let state = try Cell(pin: pins.cellPath).sight().effectiveState
            if state == .rolledBack { return "somebody took run \(pins.runID) back" }
            if state != .legacy { return "somebody changed the cell of run \(pins.runID): its state is \(state)" }
            var fell: UInt64 = 0
            for reader in readers { fell += try reader.fellForward() }
            guard fell > 0 else { return nil }
            return "\(Int(clamping: fell).of("packet")) could not be handed to the legacy program and took the "
                + "replacement [\(Code.fellForward.text)]"
        } catch {
            return "how run \(pins.runID) stands cannot be read: \(error)"
        }
    }

    /// One line for each hook that somebody took.
    func disturbances() -> [String] {
        do throws(KernelError) {
            let directory = try NamespaceDirectory(node: node, seeking: Set(hooks.map(\.netns.cookie)))
            let found = HookLook.current(hooks, replacements: programs.map { [$0.id] }, in: directory)
            return zip(zip(hooks, programs), found).compactMap { place, now in
                line(place.0, place.1, now)
            }
        } catch {
            return ["whether they stand cannot be read: \(error)"]
        }
    }

    private func line(_ hook: Hook, _ ours: ProgramReference, _ found: Result<Hook?, KernelError>) -> String? {
        let title = hook.title(onNode: node.identity.cookie)
        switch found {
        case .failure(let error): return "whether it stands at \(title) cannot be read: \(error)"
        case .success(let now) where now?.program?.id == ours.id: return nil
        case .success(let now?):
            let other = now.program.map { "program \($0.id) (\($0.name), tag \($0.tag))" } ?? "no program"
            return "somebody replaced the shadow at \(title): it holds \(other), the shadow was program \(ours.id)"
        case .success(nil): return "somebody took the shadow at \(title) away: the place is gone"
        }
    }
}
