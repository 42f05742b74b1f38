import Kernel
import Model

/// What about the hooks themselves keeps them from being replaced exactly.
enum HookBlockers {
    static func find(_ sorting: HookSorting, survey: Survey) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if sorting.holdsOurs && sorting.legacy.isEmpty {
            let isShadow = sorting.ours.contains { $0.program.map(ShadowObject.isSlotShadow) == true }
            found.append(
                .init(
                    .alreadyOurs,
                    isShadow
                        ? "a shadow compares in the slots: what a legacy program would do is not seen past it"
                        : "the replacement of an earlier run is attached",
                    remedy: "See that run, and what to do with it:  migrate status"))
        } else if sorting.legacy.isEmpty && sorting.unreplaceable.isEmpty {
            let pins = survey.legacyMaps.map(\.record.title).joined(separator: ", ")
            found.append(
                .init(.noHooks, "no attached program reads \(pins)", remedy: "See what is attached:  bpftool net show"))
        }
        found += sorting.unreplaceable.map { hook in
            .init(
                .unsupportedHook,
                "\(hook.title): program \(name(hook)) reads the legacy map; \(hook.kind.rawValue) is seen, not replaced",
                remedy: "Leave this deployment as it is.")
        }
        for title in survey.missingMaps {
            found.append(
                .init(
                    .missingMap, "the profile's map \(title) is not on this node; what its entries say was not checked",
                    remedy: "Correct the profile, or take the map out of it:  migrate discover"))
        }
        for hook in sorting.legacy {
            found += blockers(hook)
            found += forwarding(hook, survey)
        }
        return found
    }

    /// Where the profile says that the programs sit elsewhere: it may have been written for another deployment.
    static func warnings(_ sorting: HookSorting, profile: Profile) -> [PlanDocument.Blocker] {
        let wanted = profile.hook
        let others = sorting.legacy.filter { $0.kind != wanted.kind || $0.direction != wanted.direction }
        guard let first = others.first else { return [] }
        return [
            .init(
                .otherPlace,
                "profile \(profile.name) says \(wanted.kind.rawValue)/\(wanted.direction.rawValue), \(others.count) of \(sorting.legacy.count.of("hook")) \(others.count == 1 ? "is" : "are") elsewhere, first \(first.title)",
                remedy: "Look whether this is the deployment that the profile means:  migrate discover")
        ]
    }

    static func blockers(_ hook: Hook) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if hook.direction == .egress {
            found.append(
                .init(
                    .egressHook, "\(hook.title): program \(name(hook)) is on egress",
                    remedy: "Leave this deployment as it is."))
        }
        if hook.kind == .xdp || hook.kind == .netkit {
            found.append(
                .init(
                    .unsupportedHook, "\(hook.title): hooks of kind \(hook.kind.rawValue) are not replaced",
                    remedy: "Leave this deployment as it is."))
        }
        guard let filter = hook.filter, let bpf = filter.bpf else { return found }
        var faults: [String] = []
        if bpf.isClassic || bpf.programID == nil { faults.append("is classic BPF") }
        if !bpf.isDirectAction { faults.append("is not direct-action") }
        if bpf.hasActions { faults.append("has actions") }
        if bpf.isOffloaded { faults.append("is offloaded to the device") }
        if filter.ifindex == Filter.sharedBlock { faults.append("sits on a shared block") }
        if let name = bpf.name, name.utf8.count > 255 || name.unicodeScalars.contains("\u{fffd}") {
            faults.append("has a name that cannot be kept byte for byte")
        }
        if !faults.isEmpty {
            found.append(
                .init(
                    .unfitFilter, "\(hook.title): the filter \(faults.joined(separator: ", "))",
                    remedy: "See it:  tc -d filter show dev \(hook.interface.shellWord) \(hook.direction.rawValue)"))
        }
        return found
    }

    private static func name(_ hook: Hook) -> String { hook.program.map { "\($0.id) (\($0.name))" } ?? "?" }

    private static func forwarding(_ hook: Hook, _ survey: Survey) -> [PlanDocument.Blocker] {
        let namespace = survey.namespace(hook.netns)
        return survey.profile.contract.families.compactMap { family in
            guard isForwardingOff(hook, family, in: namespace) else { return nil }
            return .init(
                .forwardingOff, "\(hook.interface): \(family.rawValue) forwarding is off",
                remedy: "Turn it on:  \(enter(hook, survey))sysctl -w \("\(sysctl(hook, family))=1".shellWord)")
        }
    }

    private static func sysctl(_ hook: Hook, _ family: AddressFamily) -> String {
        "net/\(family.rawValue)/conf/\(hook.interface)/forwarding"
    }

    static func isForwardingOff(_ hook: Hook, _ family: AddressFamily, in namespace: NetworkNamespace?) -> Bool {
        (try? namespace?.run { () throws(KernelError) in try Sysctl.number(sysctl(hook, family)) }) == 0
    }

    /// What stands before a command that is meant for the hook's namespace; nothing for the one that this runs in.
    private static func enter(_ hook: Hook, _ survey: Survey) -> String {
        guard let path = hook.netns.path else { return "" }
        return "nsenter \("--net=\(path)".shellWord) "
    }
}
