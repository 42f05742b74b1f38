import Model

/// Hooks that hold the replacement of a run, as they were: with the legacy program, which is still loaded.
enum AttachedHooks {
    /// - Parameters:
    ///   - ours: hooks that hold our replacement now.
    ///   - runs: as the database knows them.
    ///   - programs: those that use the profile's maps among them.
    /// - Returns: for each hook one with the program that its run replaced; where no run is known, one with each legacy
    ///   program that a run keeps pinned.
    static func asBefore(_ ours: [Hook], runs: [RunRecord], programs: [ProgramRecord]) -> [Hook] {
        let pinned = programs.filter { program in
            program.pins.contains { $0.hasPrefix("migrate/") && $0.contains("/legacy_") }
        }.map(\.reference)
        return ours.flatMap { hook -> [Hook] in
            let known = runs.flatMap(\.hooks).filter { record in
                record.replacement?.id == hook.program?.id && record.before.netns == hook.netns
                    && record.before.ifindex == hook.ifindex
            }.compactMap(\.before.program)
            return (known.isEmpty ? pinned : known).map { program in
                var before = hook
                before.program = program
                return before
            }
        }
    }
}
