import Kernel
import Model

/// What others changed on the node while a run was in place.
public enum OtherHooks {
    /// Hooks of the node's own namespace that the run left alone and that are not as the plan saw them, one line
    /// each. Pods' namespaces come and go, and nobody asks a migration about them.
    public static func changes(since plan: PlanDocument) -> [String] {
        guard let namespaces = try? NamespaceDiscovery.observe().namespaces,
            let node = namespaces.first(where: { $0.identity == plan.node.netns }),
            let now = try? HookReader.hooks(in: node)
        else { return [] }
        let before = plan.hooks.filter { $0.netns == plan.node.netns }
        var lines: [String] = []
        for line in before where line.action == .foreign || line.action == .keep {
            let found = now.first { isSamePlace($0, line) }
            guard found?.program?.id != line.program?.id else { continue }
            let was = line.program.map { "program \($0.id) (\($0.name))" } ?? "no program"
            let holds = found?.program.map { "program \($0.id) (\($0.name))" } ?? "nothing"
            lines.append(
                "\(line.interface) \(line.kind.rawValue)/\(line.direction.rawValue): \(was) before, \(holds) now")
        }
        for hook in now where !before.contains(where: { isSamePlace(hook, $0) }) {
            lines.append(
                "\(hook.title): nothing before, program \(hook.program.map { "\($0.id) (\($0.name))" } ?? "?") now")
        }
        return lines
    }

    private static func isSamePlace(_ hook: Hook, _ line: PlanDocument.HookLine) -> Bool {
        hook.netns == line.netns && hook.ifindex == line.ifindex && hook.kind == line.kind
            && hook.direction == line.direction && hook.chain == line.chain && hook.priority == line.priority
            && hook.handle == line.handle && hook.protocolName == line.protocol
    }
}
