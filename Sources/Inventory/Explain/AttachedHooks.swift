import Kernel
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

    /// Asks once more with the constants that an attached replacement was loaded with: its deny list is that of then.
    ///
    /// What cannot be loaded any more, as without the maps that it was given, keeps the answer of now.
    static func ask(
        _ draft: Planner.Draft, _ decisions: [UInt32: Decision], _ address: IPAddress, _ answers: inout [PlaceAnswer]
    ) throws(KernelError) {
        var probes: [RedirectConfiguration: FIBProbe] = [:]
        for index in answers.indices {
            let place = draft.places[answers[index].place], input = place.inputs[answers[index].input]
            let program = draft.sorting.ours.first {
                $0.netns.cookie == place.netns && $0.ifindex == input.link.ifindex
            }?.program
            guard let decision = program.flatMap({ decisions[$0.id] }) else { continue }
            let configuration = RedirectConfiguration(decision, netns: place.netns)
            guard let probe = probes[configuration] ?? (try? RedirectTrial.load { _ in configuration }.probe) else {
                continue
            }
            probes[configuration] = probe
            let questions = place.questions([address], input: input)
            answers[index].attached = try place.namespace.run { () throws(KernelError) in
                try probe.ask(questions, ifindex: input.link.ifindex)
            }.first
        }
    }
}
