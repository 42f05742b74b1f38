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
    /// The maps that the profile names, as they were found.
    public var legacyMaps: [ShadowConfiguration.LegacyMap]
}

/// Reads the node, cross-checks, decides. Changes nothing.
public struct Planner {
    /// Opens the store, lets what it is given record, and closes it.
    public typealias Keeping = (
        _ body: (Store) throws(MigrateError) -> PlanOutcome
    ) throws(MigrateError) -> PlanOutcome

    let options: PlanOptions
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
    ///   - further: hooks at which the kernel is asked beside those that hold legacy programs, and what is known of programs
    ///     there that are not loaded any more.
    func draft(
        namespaces also: Set<UInt64> = [],
        askingAt further: (HookSorting, Survey) -> (hooks: [Hook], unloaded: [ProgramRecord]) = { _, _ in ([], []) }
    ) throws(MigrateError) -> Draft {
        let survey = try SnapshotReader(bpffs: options.bpffs, profile: options.profile, netnsPath: options.netnsPath)
            .read(routingOf: also, behind: options.behind)
        let sorting = HookSorting(survey)
        let choice = MembershipChoice.choose(options.membership, survey: survey)
        let namespaces = survey.namespaces.map(\.identity.cookie)
        let topologies = Topology.all(survey.snapshot, namespaces: namespaces)
        let legacy = Set(survey.legacyMaps.map(\.record.id))
        let more = further(sorting, survey)
        let hooks = sorting.legacy + more.hooks, programs = survey.snapshot.programs + more.unloaded
        let inputs = topologies.mapValues {
            HookPlace.inputs(hooks, topology: $0, programs: programs, legacy: legacy)
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
}
