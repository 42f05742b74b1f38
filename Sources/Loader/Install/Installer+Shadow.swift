import Kernel
import Model

/// How an installation of shadows ended.
public enum ShadowInstallResult {
    /// Every hook holds its shadow, and every packet takes its legacy program.
    case standing(Shadows)
    /// Nothing of it is left, because of `cause`.
    case undone(cause: MigrateError, restoration: Restoration?)
}

extension Installer {
    /// Puts shadows into the hooks' own slots: as a cut with switches begins, and never flipped. The cell stays in state
    /// legacy, and its share is none.
    ///
    /// No neighbor is warmed, and no plain replacement loaded: neither is needed for what only looks.
    public func installShadows(_ groups: [ShadowGroup]) -> ShadowInstallResult {
        var progress = Progress()
        do throws(MigrateError) {
            try pin(&progress)
            let (programs, readers) = try loadShadows(groups, told: try enroll(), &progress)
            _ = try replace(by: programs, &progress)
            try verify(programs)
            let watch = SlotWatch(
                pins: pins, node: request.node, hooks: request.hooks, programs: programs.references)
            return .standing(Shadows(inSlots: watch, readers))
        } catch {
            guard case .undone(let cause, _, let restoration) = undo(because: error, progress) else {
                return .undone(cause: error, restoration: nil)
            }
            return .undone(cause: cause, restoration: restoration)
        }
    }

    private func loadShadows(
        _ groups: [ShadowGroup], told: [UInt64: RedirectConfiguration], _ progress: inout Progress
    ) throws(MigrateError) -> (Replacements, [ShadowReader]) {
        try checkInterruption()
        let sequence = try journal.begin(.load, "load the shadows of \(request.hooks.count.of("hook"))")
        let groups = groups.map { group in
            var group = group
            group.configuration.replacement.enrolledMap = told[group.netns]?.enrolledMap
            return group
        }
        let loaded = try ShadowLoading(
            pins: pins, cell: try makeCell(progress), groups: groups, directory: try namespaces()
        ).load(request.hooks)
        try tryOut(loaded.programs)
        var readers: [ShadowReader] = []
        for (counters, hooks, namespace) in loaded.counted {
            readers.append(
                try acting("read what the shadow counts") { () throws(KernelError) in
                    try ShadowReader(counters, at: hooks, in: namespace)
                })
        }
        try note(loaded.programs, &progress)
        try journal.end(sequence, loaded.programs.summary)
        return (loaded.programs, readers)
    }
}
