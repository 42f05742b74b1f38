import Kernel
import Model

/// Sorts what is seen on a node into what its committed runs left, what drifted, what is new, and what is gone. Pure.
public enum HookStandings {
    /// What was seen of the namespaces that the runs have hooks in.
    public struct Seen: Sendable {
        public var hooks: [Hook]
        public var interfaces: Set<DeviceKey>
        /// Namespaces that were looked into; of others nothing is known, and nothing is said.
        public var namespaces: Set<UInt64>
        /// Maps of the programs at those hooks, by the programs' ids.
        public var reads: [UInt32: [UInt32]]
        /// The only ones whose hooks were read; `nil`: all.
        public var devices: Set<DeviceKey>?

        public init(
            hooks: [Hook], interfaces: Set<DeviceKey>, namespaces: Set<UInt64>, reads: [UInt32: [UInt32]],
            devices: Set<DeviceKey>? = nil
        ) {
            self.hooks = hooks
            self.interfaces = interfaces
            self.namespaces = namespaces
            self.reads = reads
            self.devices = devices
        }

        func covers(_ hook: Hook) -> Bool {
            let device = DeviceKey(netns: hook.netns.cookie, ifindex: hook.ifindex)
            return namespaces.contains(device.netns) && devices?.contains(device) != false
        }
    }

    /// - Parameters:
    ///   - runs: that hold, newest first: of a place that several have had, the newest one's word counts.
    ///   - likeness: `nil`: nothing is known to be new.
    /// - Returns: the runs' hooks in their order, then what is new.
    public static func sort(_ runs: [RunRecord], _ seen: Seen, _ likeness: LegacyLikeness?) -> [WatchedHook] {
        let ours = Set(runs.flatMap(\.hooks).flatMap(\.ours))
        var sorted: [WatchedHook] = []
        var places: Set<Place> = []
        for run in runs {
            for hook in run.hooks where seen.covers(hook.before) {
                guard places.insert(Place(hook.before)).inserted else { continue }
                sorted.append(standing(hook, run, seen, ours, likeness))
            }
        }
        guard let likeness else { return sorted }
        for hook in seen.hooks where !places.contains(Place(hook)) && !ShadowObject.isShadow(hook) {
            guard let program = hook.program, !ReplacementObject.isOurs(program) else { continue }
            let read = seen.reads[program.id] ?? []
            guard let reason = likeness.reason(hook, reading: read) else { continue }
            sorted.append(
                WatchedHook(
                    hook, .new, runID: nil, what: "\(reason), at a place of no run: what comes in there goes by the map",
                    unlike: likeness.unlike(hook, reading: read)))
        }
        return sorted
    }

    private static func standing(
        _ hook: RunRecord.RunHook, _ run: RunRecord, _ seen: Seen, _ ours: Set<UInt32>, _ likeness: LegacyLikeness?
    ) -> WatchedHook {
        let before = hook.before, wanted = hook.inSlot(run.state).map { "program \($0.id)" } ?? "our program"
        guard seen.interfaces.contains(DeviceKey(netns: before.netns.cookie, ifindex: before.ifindex)) else {
            return WatchedHook(before, .vanished, runID: run.id, what: "its interface is gone, and \(wanted) with it")
        }
        let here = seen.hooks.filter { Place($0) == Place(before) }
        if let held = here.first(where: { $0.program.map { ours.contains($0.id) } == true }) {
            return WatchedHook(held, .committed, runID: run.id, what: "holds \(wanted)")
        }
        // At tcx others may stand beside it, and nobody knows which of them came in its stead.
        let other = before.kind == .tcx ? here.first { likeness?.reason($0, reading: reads($0, seen)) != nil } : here.first
        guard let other else {
            return WatchedHook(
                before, .drifted, runID: run.id, what: "\(wanted) expected, and nothing is there",
                unlike: "no program is there")
        }
        let name = other.program.map { "program \($0.id) (\($0.name), tag \($0.tag))" } ?? "no program"
        return WatchedHook(
            other, .drifted, runID: run.id, what: "\(wanted) expected, \(name) is there",
            unlike: likeness.map { $0.unlike(other, reading: reads(other, seen)) } ?? "nothing is known of the run's plan")
    }

    private static func reads(_ hook: Hook, _ seen: Seen) -> [UInt32] {
        hook.program.flatMap { seen.reads[$0.id] } ?? []
    }

    /// What tells places apart. Of programs at one tcx hook each has the same.
    struct Place: Hashable {
        var device: DeviceKey
        var kind: HookKind
        var direction: HookDirection
        var chain: UInt32
        var priority: UInt16
        var handle: UInt32
        var etherType: UInt16
        var linkID: UInt32?

        init(_ hook: Hook) {
            device = DeviceKey(netns: hook.netns.cookie, ifindex: hook.ifindex)
            (kind, direction, chain) = (hook.kind, hook.direction, hook.chain)
            (priority, handle, etherType) = (hook.priority, hook.handle, hook.etherType)
            linkID = hook.attachment?.linkID
        }
    }
}
