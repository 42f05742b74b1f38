import Kernel
import Model

/// Makes the shadows that stand in the slots of a run's hooks: each tied to the run's cell and to the legacy program of its
/// hooks, as a switch is (``SwitchLoading``).
struct ShadowLoading {
    let pins: RunPins
    let cell: Replacements.Cell
    let groups: [ShadowGroup]
    let directory: NamespaceDirectory

    /// One for each legacy program of a group.
    private struct Kind: Hashable {
        var group: Int
        var legacy: UInt32
    }

    private struct Made {
        var pair: UInt32
        var program: OpenProgram
        var counters: ShadowCounters
    }

    /// What goes into the slots, and what each of them counts with its hooks.
    struct Loaded {
        var programs = Replacements()
        var counted: [(counters: ShadowCounters, hooks: [Hook], namespace: NetworkNamespace)] = []
    }

    func load(_ hooks: [Hook]) throws(MigrateError) -> Loaded {
        var loaded = Loaded()
        var known: [Kind: Made] = [:]
        for hook in hooks {
            guard let group = groups.firstIndex(where: { $0.hooks.contains(hook) }),
                let namespace = directory[hook.netns.cookie]
            else { throw MigrateError(.hookVanished, "cannot find \(hook.title)") }
            let kind = Kind(group: group, legacy: hook.program?.id ?? 0)
            let made: Made
            if let there = known[kind] {
                made = there
                loaded.counted[Int(made.pair)].hooks.append(hook)
            } else {
                made = try make(UInt32(known.count), kind, hook)
                known[kind] = made
                loaded.counted.append((made.counters, [hook], namespace))
            }
            loaded.programs.ofHooks.append(made.program)
            loaded.programs.plains.append(nil)
            loaded.programs.pairs.append(made.pair)
        }
        return loaded
    }

    private func make(_ index: UInt32, _ kind: Kind, _ hook: Hook) throws(MigrateError) -> Made {
        try acting("prepare the shadow of \(hook.title)") { () throws(KernelError) in
            let slot = try LegacySlot()
            let shadow = try ShadowObject.loadSwitch(
                groups[kind.group].configuration, cell: cell.map, slot: slot,
                attachType: try SwitchLoading.attachType(kind.legacy))
            try pins.place(kind.legacy, in: slot, index)
            let counters = shadow.counters
            return Made(pair: index, program: OpenProgram(shadow.takeProgram()), counters: counters)
        }
    }
}
