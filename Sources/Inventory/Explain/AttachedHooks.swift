import Kernel
import Model

/// Hooks that hold the replacement of a run, as they were: with the legacy program.
struct AttachedHooks {
    /// Hooks that hold our replacement now.
    let ours: [Hook]
    /// As the database knows them.
    let runs: [RunRecord]
    /// The loaded programs of the snapshot: those on hooks, and those that use the profile's maps.
    let programs: [ProgramRecord]

    /// For each hook one with the program that its run replaced; where no run is known, one with each legacy program that a
    /// run keeps pinned. Where neither is known the hook as it is: what its own program reads is asked with.
    var asBefore: [Hook] {
        ours.flatMap { hook -> [Hook] in
            let replaced = replaced(at: hook)
            guard !replaced.isEmpty else { return [hook] }
            return replaced.map { program in
                var before = hook
                before.program = program
                return before
            }
        }
    }

    private func replaced(at hook: Hook) -> [ProgramReference] {
        let known = runs.flatMap(\.hooks).filter { record in
            record.replacement?.id == hook.program?.id && record.before.netns == hook.netns
                && record.before.ifindex == hook.ifindex
        }.compactMap(\.before.program)
        return known.isEmpty ? pinned : known
    }

    private var pinned: [ProgramReference] {
        programs.filter { program in
            program.pins.contains { $0.hasPrefix("migrate/") && $0.contains("/legacy_") }
        }.map(\.reference)
    }

    /// Ids of replacements whose legacy program is not loaded any more, as after its pins went: nothing can put it back.
    var orphans: Set<UInt32> {
        let loaded = Set(programs.map(\.id))
        return Set(
            ours.filter { hook in !replaced(at: hook).contains { loaded.contains($0.id) } }.compactMap(\.program?.id))
    }

    /// Legacy programs that are not loaded any more, with the maps that they read as the run's decision has them.
    ///
    /// - Parameter decisions: of the replacements, by program id.
    func unloaded(_ decisions: [UInt32: Decision]) -> [ProgramRecord] {
        let loaded = Set(programs.map(\.id))
        return ours.flatMap { hook -> [ProgramRecord] in
            guard let decision = hook.program.flatMap({ decisions[$0.id] }) else { return [] }
            let read = decision.maps.filter { $0.keys?.readers.contains(hook.netns.cookie) ?? true }
            return replaced(at: hook).filter { !loaded.contains($0.id) }.map { program in
                ProgramRecord(
                    reference: program, type: ProgramRecord.schedCls, mapIDs: read.map(\.id), loadedAt: 0,
                    createdByUID: 0)
            }
        }
    }
}
