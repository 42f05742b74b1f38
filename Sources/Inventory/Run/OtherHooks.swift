import Kernel
import Model

/// What others changed on the node while a run was in place.
public enum OtherHooks {
    /// Places of the node's own namespace that the run left alone and that are not as the plan saw them, one line
    /// each; or why they could not be compared. Pods' namespaces come and go, and nobody asks a migration about them.
    public static func changes(since plan: PlanDocument) -> [String] {
        do throws(KernelError) {
            let found = try NamespaceDiscovery.observe()
            guard let node = found.namespaces.first(where: { $0.identity == plan.node.netns }) else {
                let why = found.unobserved.first.map { "not all could be opened: \($0)" } ?? "it is gone"
                return [
                    "the node's hooks could not be compared: no network namespace \(plan.node.netns.cookie): \(why)"
                ]
            }
            var now = try HookReader.hooks(in: node)
            _ = BPFLinkRecord.assign(try BPFLink.all().links, to: &now)
            return changes(from: plan.hooks.filter { $0.netns == plan.node.netns }, to: now)
        } catch {
            return ["the node's hooks could not be compared: \(error)"]
        }
    }

    /// Pure: what the plan saw against what is there.
    static func changes(from before: [PlanDocument.HookLine], to now: [Hook]) -> [String] {
        filterChanges(from: before.filter { $0.position == nil }, to: now.filter { $0.attachment == nil })
            + ProgramList.changes(from: before.filter { $0.position != nil }, to: now.filter { $0.attachment != nil })
    }

    // MARK: Filters: each has a place of its own.

    private static func filterChanges(from before: [PlanDocument.HookLine], to now: [Hook]) -> [String] {
        var lines: [String] = []
        // A node has two filters for each of its pods, and it may have thousands of those.
        let places = Dictionary(now.map { (Place($0), $0) }, uniquingKeysWith: { first, _ in first })
        for line in before where line.action == .foreign || line.action == .keep {
            let found = places[Place(line)]
            guard found?.program?.id != line.program?.id || found == nil else { continue }
            lines.append(
                "\(line.title): \(name(line.program)) before, \(found.map { name($0.program) } ?? "nothing") now")
        }
        let known = Set(before.map(Place.init))
        for hook in now where !known.contains(Place(hook)) {
            lines.append("\(hook.title): nothing before, \(name(hook.program)) now")
        }
        return lines
    }

    private static func name(_ program: ProgramReference?) -> String {
        program.map { "program \($0.id) (\($0.name))" } ?? "no program"
    }

    /// What tells filters apart.
    private struct Place: Hashable {
        var netns: NamespaceIdentity
        var ifindex: UInt32
        var kind: HookKind
        var direction: HookDirection
        var chain: UInt32
        var priority: UInt16
        var handle: UInt32
        var protocolName: String

        init(_ hook: Hook) {
            (netns, ifindex, kind, direction) = (hook.netns, hook.ifindex, hook.kind, hook.direction)
            (chain, priority, handle, protocolName) = (hook.chain, hook.priority, hook.handle, hook.protocolName)
        }

        init(_ line: PlanDocument.HookLine) {
            (netns, ifindex, kind, direction) = (line.netns, line.ifindex, line.kind, line.direction)
            (chain, priority, handle, protocolName) = (line.chain, line.priority, line.handle, line.protocol)
        }
    }
}

extension PlanDocument.HookLine {
    /// As ``Hook/title``.
    var title: String { "\(interface) \(kind.rawValue)/\(direction.rawValue)" }
}
