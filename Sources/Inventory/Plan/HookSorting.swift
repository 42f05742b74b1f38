import Kernel
import Model

/// Which hooks are replaced, which stay, and which are not ours to touch.
struct HookSorting {
    /// Attached programs that read a legacy map, found by map id: names can be anybody's.
    var legacy: [Hook] = []
    /// Those of them at places of kinds that are seen and never replaced.
    var unreplaceable: [Hook] = []
    /// Those that hold the replacement of a run.
    var ours: [Hook] = []
    var lines: [PlanDocument.HookLine] = []
    /// Whether a replacement of an earlier run is in a slot.
    var holdsOurs = false

    init(_ survey: Survey) {
        self.init(survey.snapshot, profile: survey.profile, maps: survey.legacyMaps)
    }

    init(_ snapshot: Snapshot, profile: Profile, maps legacyMaps: [(layout: Profile.LegacyMap, record: MapRecord)]) {
        let legacyIDs = Set(legacyMaps.map(\.record.id))
        let kept = Dictionary(
            snapshot.maps.compactMap { map in
                map.pin.flatMap { profile.keeps(pin: $0) }.map { (map.id, $0.why) }
            }, uniquingKeysWith: { first, _ in first })
        // The kernel keeps 15 characters of a name (`BPF_OBJ_NAME_LEN`).
        let keptNames = Dictionary(
            profile.keep.compactMap { kept in kept.program.map { (String($0.prefix(15)), kept.why) } },
            uniquingKeysWith: { first, _ in first })
        let programs = Dictionary(snapshot.programs.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let ports = BridgePorts(snapshot.links)
        let order = HookOrder(node: snapshot.node.netns.cookie)
        let hooks = snapshot.hooks.sorted(by: order.precedes)
        for hook in hooks {
            let maps = hook.program.flatMap { programs[$0.id]?.mapIDs } ?? []
            if ShadowObject.isShadow(hook) {
                lines.append(
                    .init(hook, action: .ours, why: "a running shadow: it compares, and goes with its process"))
            } else if let program = hook.program, ReplacementObject.isOurs(program) {
                holdsOurs = holdsOurs || hook.netns == snapshot.node.netns
                ours.append(hook)
                let why =
                    ShadowObject.isSlotShadow(program)
                    ? "a shadow in the slot: it compares, and packets take the legacy program"
                    : "the replacement of a run of this program"
                lines.append(.init(hook, action: .ours, why: why))
            } else if !legacyIDs.isDisjoint(with: maps) {
                let pins = legacyMaps.filter { maps.contains($0.record.id) }.map(\.record.title)
                let why = "reads \(pins.joined(separator: ", "))"
                if hook.kind == .xdp || hook.kind == .netkit {
                    unreplaceable.append(hook)
                    lines.append(.init(hook, action: .keep, why: "\(why); \(hook.kind.rawValue) is seen, not replaced"))
                } else {
                    legacy.append(hook)
                    lines.append(.init(hook, action: .replace, why: why))
                }
            } else if let why = maps.lazy.compactMap({ kept[$0] }).first ?? hook.program.flatMap({ keptNames[$0.name] })
            {
                lines.append(.init(hook, action: .keep, why: why))
            } else {
                lines.append(.init(hook, action: .foreign, why: "reads none of the profile's maps"))
            }
            if let bridge = ports.bridge(of: hook) {
                lines[lines.count - 1].why += "; a port of bridge \(bridge)"
            }
        }
        for (index, hook) in hooks.enumerated() where lines[index].action == .foreign {
            let beside = legacy.filter { HookOrder.shareSlot($0, hook) }
            if let turn = HookOrder.turn(of: hook, among: beside) { lines[index].why += "; \(turn)" }
        }
    }
}
