import Kernel
import Model

/// What of the deployment came, or came again, while the run held.
extension RunInspector {
    /// Places in the run's namespaces, none of them the run's, whose program reads its maps or is its legacy program; one
    /// line each. A pod that was made again has such a hook, and an agent that started again may have made one.
    public func legacyElsewhere(_ plan: PlanDocument) -> [String] {
        let maps = Dictionary(plan.decision.maps.map { ($0.id, $0.pin) }, uniquingKeysWith: { first, _ in first })
        let tags = Set(run.hooks.compactMap(\.before.program?.tag))
        let cookies = Set(run.hooks.map(\.before.netns.cookie)).union([run.nodeNetns])
        let kept = Set(plan.hooks.filter { $0.action == .keep }.compactMap(\.program?.id))
        var lines: [String] = []
        for namespace in namespaces where cookies.contains(namespace.identity.cookie) {
            let hooks: [Hook]
            do throws(KernelError) { hooks = try HookReader.hooks(in: namespace) } catch {
                lines.append("hooks in \(namespace.identity.title) could not be read: \(error)")
                continue
            }
            for hook in hooks where !isOfRun(hook) && !ShadowObject.isShadow(hook) {
                guard let program = hook.program, !ReplacementObject.isOurs(program), !kept.contains(program.id) else {
                    continue
                }
                // One that is gone by now reads nothing.
                let read = ((try? BPFProgram(id: program.id).record.mapIDs) ?? []).compactMap { maps[$0] }
                guard !read.isEmpty || tags.contains(program.tag) else { continue }
                let why = read.isEmpty ? "is the legacy program" : "reads \(read.joined(separator: ", "))"
                lines.append(
                    "\(hook.title(onNode: run.nodeNetns)): program \(program.id) (\(program.name)) \(why): what comes in "
                        + "there goes by the map; to convert it, too: migrate watch --heal, or roll back, plan and apply")
            }
        }
        return lines
    }

    /// ``drift()`` tells of the run's own places.
    private func isOfRun(_ hook: Hook) -> Bool {
        hook.attachment == nil && run.hooks.contains { $0.before.isSamePlace(as: hook) }
    }
}
