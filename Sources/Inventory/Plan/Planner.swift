import FoundationEssentials
import Kernel
import Model

/// What planning comes to: the document, and everything it was drawn from.
public struct PlanOutcome: Sendable {
    public var document: PlanDocument
    public var findings: [Finding]
    public var snapshot: Snapshot
    public var profile: Profile
    /// How to read the entries of each legacy map, by map id.
    public var layouts: [UInt32: Profile.LegacyMap]
    /// The hooks to replace, with every attribute.
    public var hooks: [Hook]
    public var node: NetworkNamespace
}

/// Reads the node, cross-checks, decides. Changes nothing.
public struct Planner {
    private let options: PlanOptions

    public init(_ options: PlanOptions) { self.options = options }

    public func plan() throws(MigrateError) -> PlanOutcome {
        let survey = try SnapshotReader(bpffs: options.bpffs, profile: options.profile, netnsPath: options.netnsPath)
            .read()
        let topology = Topology(survey.snapshot)
        let sorting = HookSorting(survey)
        let choice = MembershipChoice.choose(options.membership, survey: survey)
        let inputs = sorting.legacy.compactMap { hook in
            survey.snapshot.links.first { $0.netns == hook.netns.cookie && $0.ifindex == hook.ifindex }
        }
        let decideFor = { (features: RedirectFeatures) in
            let denied = DenyList.make(topology, kinds: Set(inputs.map(\.kind)), readsDevice: features.readsDevice)
            return decide(survey, sorting, choice.membership, features, denied)
        }
        let trial = trial(survey, decideFor)
        let features = (try? trial.get().features) ?? RedirectFeatures(skipsNeighbor: true, readsDevice: true)
        let decision = decideFor(features)

        var blockers = NodeBlockers.find(options: options, features: features, membership: choice.membership)
        blockers += HookBlockers.find(sorting, survey: survey)
        blockers += KeyMaps.blockers(decision.maps, membership: choice.membership)
        if let blocker = choice.blocker { blockers.append(blocker) }
        var warnings = NodeBlockers.warnings(survey, features: features, options: options)

        var result = CrossCheck.Result(findings: [], unanswered: 0, disagreements: [], outcomes: [:])
        var widened: [PlanDocument.Destination] = []
        let targets = targets(survey)
        switch trial {
        case .success(let trial):
            let check = CrossCheck(
                topology: topology, trial: trial, inputs: inputs.filter { $0.netns == topology.node },
                netns: topology.node)
            result = try crossCheck(check, targets, survey)
            widened = try widening(check, topology, survey, targets, choice.membership)
        case .failure(let error): blockers.append(refusal(error, decision, survey))
        }
        let pods = Dictionary(targets.map { ($0.address.family, 1) }, uniquingKeysWith: +)
        if let blocker = NeighborTable.blocker(survey, pods: pods) { blockers.append(blocker) }
        var keys = KeyCheck(survey.legacyMaps, membership: choice.membership)
        for entry in survey.snapshot.entries { keys.look(at: entry) }
        blockers += keys.blockers
        blockers += ProfileDoubts.blockers(result.findings, profile: survey.profile)
        warnings += ProfileDoubts.warnings(result.findings, profile: survey.profile)
        blockers += EntryBlockers.blockers(result, acceptUnknown: options.acceptUnknown)
        warnings += EntryBlockers.warnings(result)
        let membership = PlanDocument.MembershipSection(
            chosen: choice.membership, why: choice.why, widened: widened, lost: Widening.lost(result))
        warnings += NodeBlockers.membershipWarnings(membership)
        let document = try document(survey, sorting, decision, result, membership, blockers, warnings)
        return PlanOutcome(
            document: document, findings: result.findings, snapshot: survey.snapshot, profile: survey.profile,
            layouts: layouts(survey), hooks: sorting.legacy, node: survey.node)
    }

    private func layouts(_ survey: Survey) -> [UInt32: Profile.LegacyMap] {
        Dictionary(survey.legacyMaps.map { ($0.record.id, $0.layout) }, uniquingKeysWith: { $1 })
    }

    private func targets(_ survey: Survey) -> [LegacyTarget] {
        let layouts = layouts(survey)
        return survey.snapshot.entries.compactMap { layouts[$0.mapID]?.decode($0) }
    }

    private func decide(
        _ survey: Survey, _ sorting: HookSorting, _ membership: Membership, _ features: RedirectFeatures,
        _ denied: [Decision.DeniedDevice]
    ) -> Decision {
        let node = survey.snapshot.node
        let skips = features.skipsNeighbor && options.egress == .neigh
        let preconditions = sorting.legacy.compactMap(Decision.Precondition.init)
        let pins = "\(options.bpffs.path)/migrate/<run>"
        var steps = preconditions.enumerated().map { index, hook in
            "pin program \(hook.program.id) (\(hook.program.name)) as \(pins)/legacy_\(index)"
        }
        steps.append("ask the kernel to resolve the neighbors of the map's addresses, and check every entry again")
        steps += preconditions.map { hook in
            "replace \(hook.title) chain \(hook.chain) priority \(hook.priority) handle 0x\(String(hook.handle, radix: 16)) in place, and read it back"
        }
        return Decision(
            node: node.name, machineID: node.machineID, bootID: node.bootID, netns: node.netns.cookie,
            profile: survey.profile, membership: membership, egress: options.egress,
            acceptUnknown: options.acceptUnknown,
            replacement: .init(
                object: ReplacementObject.digest,
                program: membership == .legacyKeys ? "fib_redirect_keys" : "fib_redirect",
                fibFlags: skips ? RedirectConfiguration.skipNeighbor : 0, readsDevice: features.readsDevice,
                denied: denied),
            maps: KeyMaps.identities(survey.legacyMaps, hooks: sorting.legacy, programs: survey.snapshot.programs),
            hooks: preconditions,
            steps: preconditions.isEmpty ? [] : steps)
    }

    private func crossCheck(
        _ check: CrossCheck, _ targets: [LegacyTarget], _ survey: Survey
    ) throws(MigrateError) -> CrossCheck.Result {
        try reading("the FIB's answers") { () throws(KernelError) in
            try survey.node.run { () throws(KernelError) in try check.run(targets) }
        }
    }

    private func widening(
        _ check: CrossCheck, _ topology: Topology, _ survey: Survey, _ targets: [LegacyTarget], _ membership: Membership
    ) throws(MigrateError) -> [PlanDocument.Destination] {
        // Under legacy-keys nothing that is no key is ever redirected.
        guard membership == .onLink else { return [] }
        let candidates = Widening.candidates(
            topology, known: Set(targets.map(\.address)), families: Set(survey.profile.contract.families))
        let answers = try reading("the FIB's answers") { () throws(KernelError) in
            try survey.node.run { () throws(KernelError) in try check.outcomes(candidates.map(\.address)) }
        }
        return Widening.widened(candidates, answers: answers, topology: topology)
    }

    /// Loads what `apply` would load, attached to nothing, so that a refusal is known now.
    private func trial(
        _ survey: Survey, _ decide: (RedirectFeatures) -> Decision
    ) -> Result<RedirectTrial, KernelError> {
        Result { () throws(KernelError) in
            try RedirectTrial.load {
                RedirectConfiguration(decide($0), netns: survey.node.identity.cookie)
            }
        }
    }

    private func refusal(_ error: KernelError, _ decision: Decision, _ survey: Survey) -> PlanDocument.Blocker {
        let denied = decision.replacement.denied.count
        if denied > RedirectConfiguration.deniedLimit {
            return .init(
                .tooManyDenied, "\(denied) interfaces to deny, \(RedirectConfiguration.deniedLimit) fit",
                remedy: "Leave this node as it is.")
        }
        return .init(
            .verifier, "\(error)",
            remedy: "Send this message with the kernel's version (\(survey.snapshot.node.kernel)).")
    }

    private func document(
        _ survey: Survey, _ sorting: HookSorting, _ decision: Decision, _ result: CrossCheck.Result,
        _ membership: PlanDocument.MembershipSection, _ blockers: [PlanDocument.Blocker],
        _ warnings: [PlanDocument.Blocker]
    ) throws(MigrateError) -> PlanDocument {
        let places = sorting.legacy.map { BreakGlass.Place($0, nodeNetns: survey.node.identity.cookie) }
        let records = survey.snapshot.maps
        do {
            return try PlanDocument(
                planID: decision.planID(), createdAt: survey.snapshot.takenAt,
                tool: Tool(version: options.toolVersion, object: ReplacementObject.digest), node: survey.snapshot.node,
                snapshotID: survey.snapshot.id, decision: decision,
                asked: .init(
                    membership: options.membership, egress: options.egress, acceptUnknown: options.acceptUnknown),
                maps: records, findings: result.findings,
                allEntries: options.allEntries, membership: membership, hooks: sorting.lines, blockers: blockers,
                warnings: warnings, equivalence: .init(ran: false, cases: 0, differences: []),
                breakGlass: BreakGlass.commands(places, pins: "\(options.bpffs.path)/migrate", run: nil),
                unobserved: survey.snapshot.unobserved
            ).sealed()
        } catch {
            throw MigrateError(.bug, "cannot write the plan", facts: ["\(error)"])
        }
    }
}
