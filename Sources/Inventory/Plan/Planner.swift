import FoundationEssentials
import Kernel
import Model
import Store

/// What planning comes to: the document, and what it was drawn from.
public struct PlanOutcome: Sendable {
    public var document: PlanDocument
    /// Destinations that packets reach, today or afterwards; all of them, in the order of their addresses.
    public var delivered: [EntryTally.Delivered]
    /// Interfaces with a member behind them, all of them, by namespace and index.
    public var enrolled: [EnrolledSet.Interface]
    public var snapshot: Snapshot
    /// The hooks to replace, with every attribute.
    public var hooks: [Hook]
    public var node: NetworkNamespace
}

/// Reads the node, cross-checks, decides. Changes nothing.
public struct Planner {
    /// Opens the store, lets what it is given record, and closes it.
    public typealias Keeping = (
        _ body: (Store) throws(MigrateError) -> PlanOutcome
    ) throws(MigrateError) -> PlanOutcome

    private let options: PlanOptions
    /// Told, on the thread that plans, how many entries have been judged, and how many there are at most.
    public var progress: (_ done: Int, _ limit: Int) -> Void = { _, _ in }
    /// Judges every entry by itself, without what entries share; tests compare the two ways.
    package var judgesSingly = false
    /// What the replacement under test is told instead of what it should be; tests make it wrong.
    package var underTest: @Sendable (RedirectConfiguration) -> RedirectConfiguration = { $0 }

    public init(_ options: PlanOptions) { self.options = options }

    /// - Parameters:
    ///   - keeping: where snapshot, entries and plan go; `nil` keeps nothing. Either all of it is kept or nothing.
    ///   - approve: throws where the plan is not to be kept.
    public func plan(
        keeping: Keeping? = nil, approve: (PlanDocument) throws(MigrateError) -> Void = { _ in }
    ) throws(MigrateError) -> PlanOutcome {
        let draft = try draft()
        guard let keeping else {
            let outcome = try finish(draft, nil)
            try approve(outcome.document)
            return outcome
        }
        return try keeping { (store) throws(MigrateError) in
            try store.record(snapshotID: draft.survey.snapshot.id) { (writer) throws(MigrateError) in
                let outcome = try finish(draft, writer)
                try approve(outcome.document)
                return (outcome, Recorded(snapshot: outcome.snapshot, plan: outcome.document))
            }
        }
    }

    /// All but the entries.
    struct Draft {
        var survey: Survey
        var sorting: HookSorting
        var choice: MembershipChoice.Choice
        var features: RedirectFeatures
        var decision: Decision
        var places: [HookPlace]
        /// Why nothing can be asked, if so.
        var refusal: PlanDocument.Blocker?
    }

    /// - Parameters:
    ///   - namespaces: whose routing counts as well, by cookie.
    ///   - further: hooks at which the kernel is asked beside those that hold legacy programs.
    func draft(
        namespaces also: Set<UInt64> = [], askingAt further: (HookSorting, Survey) -> [Hook] = { _, _ in [] }
    ) throws(MigrateError) -> Draft {
        let survey = try SnapshotReader(bpffs: options.bpffs, profile: options.profile, netnsPath: options.netnsPath)
            .read(routingOf: also)
        let sorting = HookSorting(survey)
        let choice = MembershipChoice.choose(options.membership, survey: survey)
        let namespaces = survey.namespaces.map(\.identity.cookie)
        let topologies = Topology.all(survey.snapshot, namespaces: namespaces)
        let legacy = Set(survey.legacyMaps.map(\.record.id))
        let hooks = sorting.legacy + further(sorting, survey)
        let inputs = topologies.mapValues {
            HookPlace.inputs(hooks, topology: $0, programs: survey.snapshot.programs, legacy: legacy)
        }
        let decideFor = { (features: RedirectFeatures) in
            let denied = namespaces.flatMap { netns -> [Decision.DeniedDevice] in
                guard let topology = topologies[netns], let inputs = inputs[netns], !inputs.isEmpty else { return [] }
                return DenyList.make(
                    topology, kinds: Set(inputs.map(\.link.kind)), readsDevice: features.readsDevice)
            }
            return decide(survey, sorting, choice.membership, features, denied)
        }
        var draft = Draft(
            survey: survey, sorting: sorting, choice: choice,
            features: RedirectFeatures(skipsNeighbor: true, readsDevice: true),
            decision: decideFor(RedirectFeatures(skipsNeighbor: true, readsDevice: true)), places: [])
        let hooked = survey.namespaces.filter { inputs[$0.identity.cookie]?.isEmpty == false }
        var trials: [RedirectConfiguration: RedirectTrial] = [:]
        do throws(KernelError) {
            // Without a hook, too: whether this kernel takes the replacement is worth knowing.
            for namespace in hooked.isEmpty ? [survey.node] : hooked {
                let netns = namespace.identity.cookie
                let trial = try trial(survey, netns, &trials, decideFor)
                draft.features = trial.features
                draft.decision = decideFor(trial.features)
                guard let topology = topologies[netns], let inputs = inputs[netns] else { continue }
                draft.places.append(
                    HookPlace(
                        namespace: namespace, topology: topology, probe: trial.probe,
                        configuration: trial.configuration, inputs: inputs))
            }
        } catch {
            draft.places = []
            draft.refusal = refusal(error, draft.decision, survey)
        }
        return draft
    }

    /// Goes over the entries, and says what came of it.
    private func finish(_ draft: Draft, _ writer: EntryWriter?) throws(MigrateError) -> PlanOutcome {
        var survey = draft.survey
        let families = Set(survey.profile.contract.families)
        let pass = EntryPass(
            survey: survey, places: draft.places, membership: draft.choice.membership,
            candidates: draft.places.map { Widening.candidates($0.topology, families: families) },
            listsAll: options.allEntries, judgesSingly: judgesSingly,
            sample: EntrySample(seed: options.equivalence ? UInt64(try seed(draft.decision)) : nil), progress: progress)
        let result = try pass.run(writer)
        survey.complete(result, isAsked: { id in draft.places.contains { !$0.inputs(reading: id).isEmpty } })
        let tally = result.tally
        let modes = MembershipModes(candidates: try widening(draft.places, result.candidates), tally: tally)
        let devices = modes.devices(draft.choice.membership)
        let enrolled = EnrolledInterfaces.find(tally.enrolled, links: survey.snapshot.links)

        var blockers = NodeBlockers.find(
            options: options, features: draft.features, membership: draft.choice.membership)
        blockers += HookBlockers.find(draft.sorting, survey: survey)
        if let blocker = draft.choice.blocker { blockers.append(blocker) }
        if let blocker = draft.refusal { blockers.append(blocker) }
        blockers += NeighborTable.blockers(
            survey.neighborUse, families: survey.profile.contract.families, redirected: tally.redirected,
            widened: modes.widened(draft.choice.membership))
        blockers += KeyMaps.blockers(draft.decision.maps, membership: draft.choice.membership)
        blockers += result.keys.blockers
        let doubts = ProfileDoubts(
            zip(survey.legacyMaps, tally.maps).map { ($0.record.title, $1) },
            isBuiltIn: BuiltInProfiles.contain(survey.profile))
        blockers += doubts.blockers
        blockers += EntryBlockers.blockers(tally, acceptUnknown: options.acceptUnknown)
        if let blocker = EnrolledInterfaces.blocker(draft.choice.membership, staticSet: options.staticSet) {
            blockers.append(blocker)
        }
        let peer = try peerBlockers(draft, devices)
        blockers += peer
        var equivalence = PlanDocument.Equivalence.notRun
        if options.equivalence {
            equivalence = EquivalenceStep(
                survey: survey, hooks: draft.sorting.legacy, places: draft.places, decision: draft.decision,
                sample: tally.sample, widened: modes.widened(draft.choice.membership).map(\.address),
                seed: try seed(draft.decision), underTest: underTest
            ).run()
            blockers += EquivalenceFindings.blockers(equivalence)
        }
        let filters = FilteringAdvice.filters(survey.snapshot)
        let membership = modes.section(draft.choice, filters: filters, enrolled: enrolled)
        var warnings = NodeBlockers.warnings(survey, features: draft.features, options: options)
        warnings += EquivalenceFindings.warnings(equivalence)
        warnings += HookBlockers.warnings(draft.sorting, profile: survey.profile)
        warnings += MapWarnings.find(survey.legacyMaps, writers: survey.profile.writers)
        warnings += BridgePorts(survey.snapshot.links).warnings(draft.sorting.legacy)
        warnings += EntryBlockers.warnings(tally)
        warnings += doubts.warnings
        warnings += FilteringAdvice.warnings(filters, membership: draft.choice.membership)
        warnings += NodeBlockers.membershipWarnings(membership)
        if let warning = EnrolledInterfaces.warning(membership.enrolled, staticSet: options.staticSet) {
            warnings.append(warning)
        }
        if options.egress == .peer && peer.isEmpty { warnings.append(PeerCheck.warning(devices.count)) }
        let egress = EgressChoice.section(
            options.egress, features: draft.features, devices: draft.places.isEmpty ? nil : devices.count,
            blockers: peer)
        let document = try document(
            survey, draft.sorting, draft.decision, tally.section, membership, egress, blockers, warnings, equivalence)
        return PlanOutcome(
            document: document, delivered: tally.delivered.sorted { $0.finding.address < $1.finding.address },
            enrolled: enrolled, snapshot: survey.snapshot, hooks: draft.sorting.legacy, node: survey.node)
    }

    private func decide(
        _ survey: Survey, _ sorting: HookSorting, _ membership: Membership, _ features: RedirectFeatures,
        _ denied: [Decision.DeniedDevice]
    ) -> Decision {
        let node = survey.snapshot.node
        let skips = features.skipsNeighbor && options.egress != .mac
        let preconditions = sorting.legacy.compactMap(Decision.Precondition.init)
        let pins = "\(options.bpffs.path)/migrate/<run>"
        var steps = preconditions.enumerated().map { index, hook in
            "pin program \(hook.program.id) (\(hook.program.name)) as \(pins)/legacy_\(index)"
        }
        if membership == .enrolled {
            let cookies = Set(preconditions.map(\.netns)).sorted()
            steps += cookies.map { "make the set of enrolled interfaces, pin it as \(pins)/\(EnrolledPin.name($0))" }
        }
        steps.append("ask the kernel to resolve the neighbors of the map's addresses, and check every entry again")
        steps += preconditions.map { hook in
            "replace \(hook.place)\(hook.elsewhere(than: node.netns.cookie)) in place, and read it back"
        }
        return Decision(
            node: node.name, machineID: node.machineID, bootID: node.bootID, netns: node.netns.cookie,
            profile: survey.profile, membership: membership, egress: options.egress,
            acceptUnknown: options.acceptUnknown,
            staticSet: membership == .enrolled && options.staticSet ? true : nil,
            replacement: .init(
                object: ReplacementObject.digest,
                program: RedirectConfiguration.program(for: membership),
                fibFlags: skips ? RedirectConfiguration.skipNeighbor : 0, readsDevice: features.readsDevice,
                denied: denied),
            maps: KeyMaps.identities(survey.legacyMaps, hooks: sorting.legacy, programs: survey.snapshot.programs),
            hooks: preconditions,
            steps: preconditions.isEmpty ? [] : steps)
    }

    /// Destinations that no map holds and the replacement would redirect, of all places.
    private func widening(
        _ places: [HookPlace], _ candidates: [[IPAddress: String]]
    ) throws(MigrateError) -> [Widening.Widened] {
        var widened: [Widening.Widened] = []
        for (place, left) in zip(places, candidates) {
            let ordered = left.map { Widening.Candidate(address: $0.key, why: $0.value) }
                .sorted { $0.address < $1.address }
            let answers = try reading("the FIB's answers") { () throws(KernelError) in
                try place.outcomes(ordered.map(\.address))
            }
            widened += Widening.widened(ordered, answers: answers, topology: place.topology)
        }
        return widened.sorted { $0.destination.address < $1.destination.address }
    }

    /// What keeps packets from being put behind the interfaces that they leave by.
    private func peerBlockers(
        _ draft: Draft, _ devices: Set<DeviceKey>
    ) throws(MigrateError) -> [PlanDocument.Blocker] {
        guard options.egress == .peer else { return [] }
        var qdiscs: [Qdisc] = []
        for place in draft.places {
            qdiscs += try reading("qdiscs") { () throws(KernelError) in
                try place.namespace.run { () throws(KernelError) in
                    var socket = try NetlinkSocket()
                    return try socket.qdiscs(netns: place.netns)
                }
            }
        }
        let snapshot = draft.survey.snapshot
        let check = PeerCheck(
            links: snapshot.links, hooks: snapshot.hooks, filters: snapshot.filters, qdiscs: qdiscs)
        return check.blockers(devices, legacy: draft.sorting.legacy)
    }

    /// Loads what `apply` would load, attached to nothing, so that a refusal is known now. Namespaces with the same
    /// configuration share one: a load takes as long as a thousand questions.
    private func trial(
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

    private func echoed(_ blocker: PlanDocument.Blocker) -> PlanDocument.Blocker {
        var blocker = blocker
        blocker.remedy = options.echo(blocker.remedy)
        return blocker
    }

    private func seed(_ decision: Decision) throws(MigrateError) -> UInt32 {
        do { return EquivalenceStep.seed(planID: try decision.planID()) } catch {
            throw MigrateError(.bug, "cannot write the decision", facts: ["\(error)"])
        }
    }

    private func refusal(_ error: KernelError, _ decision: Decision, _ survey: Survey) -> PlanDocument.Blocker {
        let denied = decision.replacement.denied.count
        if denied > RedirectConfiguration.deniedLimit {
            return .init(
                .tooManyDenied, "\(denied) interfaces to deny, \(RedirectConfiguration.deniedLimit) fit",
                remedy: "Leave this node as it is.")
        }
        if error.code == .unsupported {
            return .init(
                .kernelFeature, "\(error)",
                remedy: "Use what this kernel has:  --egress neigh, --membership legacy-keys; see  migrate preflight")
        }
        return .init(
            .verifier, "\(error)",
            remedy: "Send this message with the kernel's version (\(survey.snapshot.node.kernel)).")
    }

    private func document(
        _ survey: Survey, _ sorting: HookSorting, _ decision: Decision, _ entries: PlanDocument.EntrySection,
        _ membership: PlanDocument.MembershipSection, _ egress: PlanDocument.EgressSection,
        _ blockers: [PlanDocument.Blocker], _ warnings: [PlanDocument.Blocker],
        _ equivalence: PlanDocument.Equivalence
    ) throws(MigrateError) -> PlanDocument {
        let places = sorting.legacy.map { BreakGlass.Place($0, nodeNetns: survey.node.identity.cookie) }
        do {
            return try PlanDocument(
                planID: decision.planID(), createdAt: survey.snapshot.takenAt,
                tool: Tool(version: options.toolVersion, object: ReplacementObject.digest), node: survey.snapshot.node,
                snapshotID: survey.snapshot.id, decision: decision,
                asked: .init(
                    membership: options.membership, egress: options.egress, acceptUnknown: options.acceptUnknown,
                    staticSet: options.staticSet ? true : nil, profile: options.profileName),
                maps: survey.snapshot.maps, entries: entries, membership: membership, egress: egress,
                filtering: FilteringAdvice.filters(survey.snapshot), hooks: sorting.lines,
                blockers: blockers.map(echoed), warnings: warnings.map(echoed), equivalence: equivalence,
                breakGlass: BreakGlass.commands(places, pins: "\(options.bpffs.path)/migrate", run: nil),
                unobserved: survey.snapshot.unobserved
            ).sealed()
        } catch {
            throw MigrateError(.bug, "cannot write the plan", facts: ["\(error)"])
        }
    }
}
