import Kernel
import Model

/// What is to be done, and the trial that it can be: the part that is approved.
extension Planner {
    func decide(
        _ survey: Survey, _ sorting: HookSorting, _ membership: Membership, _ features: RedirectFeatures,
        _ denied: [Decision.DeniedDevice]
    ) -> Decision {
        let node = survey.snapshot.node
        let skips = features.skipsNeighbor && options.egress != .mac
        let preconditions = sorting.legacy.compactMap(Decision.Precondition.init)
        var decision = Decision(
            node: node.name, machineID: node.machineID, bootID: node.bootID, netns: node.netns.cookie,
            profile: survey.profile, membership: membership, egress: options.egress,
            acceptUnknown: options.acceptUnknown,
            staticSet: membership == .enrolled && options.staticSet ? true : nil, cut: options.cut,
            replacement: .init(
                object: ReplacementObject.digest,
                program: RedirectConfiguration.program(for: membership),
                fibFlags: skips ? RedirectConfiguration.skipNeighbor : 0, readsDevice: features.readsDevice,
                denied: denied),
            maps: KeyMaps.identities(survey.legacyMaps, hooks: sorting.legacy, programs: survey.snapshot.programs),
            hooks: preconditions, steps: [])
        decision.steps = PlanSteps(decision, pins: "\(options.bpffs.path)/migrate/<run>").lines
        return decision
    }

    /// Loads what `apply` would load, attached to nothing, so that a refusal is known now. Namespaces with the same
    /// configuration share one: a load takes as long as a thousand questions.
    func trial(
        _ survey: Survey, _ netns: UInt64, _ trials: inout [RedirectConfiguration: RedirectTrial],
        _ decide: (RedirectFeatures) -> Decision
    ) throws(KernelError) -> RedirectTrial {
        if let features = trials.first?.value.features,
            let known = trials[RedirectConfiguration(decide(features), netns: netns)]
        {
            return known
        }
        let trial = try RedirectTrial.load {
            RedirectConfiguration(decide($0), netns: netns)
        }
        trials[trial.configuration] = trial
        return trial
    }

    func refusal(_ error: KernelError, _ decision: Decision, _ survey: Survey) -> PlanDocument.Blocker {
        let denied = decision.replacement.denied.count
        if denied > RedirectConfiguration.deniedLimit {
            return .init(
                .tooManyDenied, "\(denied.of("interface")) to deny, \(RedirectConfiguration.deniedLimit) fit",
                remedy: "Leave this node as it is.")
        }
        if error.code == .unsupported {
            return .init(
                .kernelFeature, "\(error)",
                remedy:
                    "Use what this kernel has:  migrate plan --egress neigh --membership legacy-keys; see what that is:  migrate preflight"
            )
        }
        return .init(
            .verifier, "\(error)",
            remedy: "Send this message with the kernel's version (\(survey.snapshot.node.kernel)).")
    }
}
