import Kernel
import Model

/// What others changed on the node while a run was in place.
public enum OtherHooks {
    public struct Comparison: Hashable, Sendable {
        /// One line for each place that differs.
        public var changes: [String] = []
        /// Why nothing is known; empty where all was compared.
        public var notCompared: [String] = []

        public init(changes: [String] = [], notCompared: [String] = []) {
            self.changes = changes
            self.notCompared = notCompared
        }

        public static func impossible(_ why: String) -> Comparison {
            Comparison(notCompared: ["what others changed beside the run's hooks: \(why)"])
        }
    }

    /// Places of the node's own namespace that the run left alone and that are not as the plan saw them. Pods' namespaces
    /// come and go, and nobody asks a migration about them.
    public static func compare(since plan: PlanDocument) -> Comparison {
        do throws(KernelError) {
            let found = try NamespaceDiscovery.observe(seeking: [plan.node.netns.cookie])
            guard let node = found.namespaces.first(where: { $0.identity == plan.node.netns }) else {
                return .impossible("the node's network namespace \(plan.node.netns.cookie) was not found")
            }
            var now = try HookReader.hooks(in: node)
            _ = BPFLinkRecord.assign(try BPFLink.all().links, to: &now)
            return Comparison(changes: changes(from: plan.hooks.filter { $0.netns == plan.node.netns }, to: now))
        } catch {
            return .impossible("\(error)")
        }
    }

    /// Pure: what the plan saw against what is there.
    static func changes(from before: [PlanDocument.HookLine], to now: [Hook]) -> [String] {
        // A shadow of ours comes and goes, and changes nothing.
        let before = before.filter { $0.kind != .tcx || $0.program.map(ShadowObject.isShadow) != true }
        let now = now.filter { !ShadowObject.isShadow($0) }
        return filterChanges(from: before.filter { $0.position == nil }, to: now.filter { $0.attachment == nil })
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
