import FoundationEssentials
import Kernel
import Model

/// Explains where packets to one address go, by the plan's own snapshot, probe, second door and judge.
public struct Explainer {
    /// A run that may be in place, and what was decided for it; `nil` for one that is known from its pins only.
    public struct Run: Sendable {
        public var record: RunRecord
        public var decision: Decision?
        public init(record: RunRecord, decision: Decision?) {
            self.record = record
            self.decision = decision
        }
    }

    private let options: PlanOptions
    private let address: IPAddress
    private let runs: [Run]

    /// - Parameter runs: of this boot, as the database knows them.
    public init(_ options: PlanOptions, address: IPAddress, runs: [Run]) {
        self.options = options
        self.address = address
        self.runs = runs
    }

    public func explain() throws(MigrateError) -> ExplanationDocument {
        let places = Set(runs.flatMap(\.record.hooks).map(\.before.netns.cookie))
        var attached = AttachedHooks(ours: [], runs: [], programs: [])
        let draft = try Planner(options).draft(namespaces: places) { sorting, survey in
            // A machine may hold several nodes, and the runs of others are none of ours.
            attached = AttachedHooks(
                ours: sorting.ours.filter { $0.netns == survey.node.identity || places.contains($0.netns.cookie) },
                runs: runs.map(\.record), programs: survey.snapshot.programs)
            return (attached.asBefore, attached.unloaded(decisions))
        }
        let snapshot = draft.survey.snapshot
        let points = EndPoints(snapshot)
        let lookups = try LegacyLookup.all(address, in: draft.survey)
        var document = ExplanationDocument(
            createdAt: snapshot.takenAt, tool: Tool(version: options.toolVersion, object: ReplacementObject.digest),
            node: snapshot.node, profile: options.profile.name, address: address, holders: points.having(address),
            maps: lookups.map { $0.answer(points, readBy: readers(of: $0, draft)) },
            attached: attached.ours.map {
                "\($0.title): program \($0.program?.id ?? 0) (\($0.program?.name ?? "?"))"
            }, unobserved: snapshot.unobserved)
        let explainer = PlaceExplainer(
            address: address, draft: draft, lookups: lookups, points: points, decisions: decisions,
            orphans: attached.orphans)
        let explained = try answers(draft, lookups).map(explainer.explain)
        document.places = Self.together(explained.map(\.place))
        if let refusal = draft.refusal { document.note = refusal.message }
        if document.places.isEmpty {
            document.places = [try nodePlace(draft, points)]
        }
        let findings = explained.compactMap { one in one.finding.map { (finding: $0, stale: one.stale) } }
        let found = findings.min {
            Judge.rank($0.finding.effect, $0.finding.verdict) < Judge.rank($1.finding.effect, $1.finding.verdict)
        }
        let worst = found?.finding
        document.verdict = worst?.verdict
        document.effect = worst?.effect
        document.reason =
            found.map { FindingWords.sentence($0.finding, stale: $0.stale) }
            ?? FindingWords.maps(lookups, address)
            + (document.places.first.map { FindingWords.kernel(address, $0) } ?? "")
        document.note = ([worst?.note ?? "", document.note] + AttachedWords.notes(document, attached.orphans))
            .filter { !$0.isEmpty }.joined(separator: "; ")
        document.next =
            document.attached.isEmpty
            ? NextStep(what: "judge every entry", command: "migrate plan")
            : NextStep(what: "see what the run holds", command: "migrate status")
        if let worst, let route = HostRoute.command(worst, in: explained.first?.place.hooks.first?.netns, document.node)
        {
            document.further.append(NextStep(what: "give it a host route", command: route))
        }
        return document
    }

    /// At every interface, with every entry that a program there reads.
    private func answers(_ draft: Planner.Draft, _ lookups: [LegacyLookup]) throws(MigrateError) -> [PlaceAnswer] {
        try reading("the kernel's answers") { () throws(KernelError) in
            var check = CrossCheck(draft.places)
            var found: [PlaceAnswer] = []
            for lookup in lookups {
                for (entry, target) in lookup.entries {
                    let batch = try check.ask(EntryBatch([entry]), map: lookup.map, targets: [target])
                    for asked in batch.asked {
                        guard let probe = asked.answers.first else { continue }
                        found.append(
                            PlaceAnswer(
                                place: asked.place, input: asked.input, held: (lookup.record, target), probe: probe,
                                route: asked.routes[0]))
                    }
                }
            }
            let held = lookups.filter { !$0.entries.isEmpty }.map(\.record.id)
            for (number, place) in draft.places.enumerated() {
                for (input, at) in place.inputs.enumerated() where at.maps.isDisjoint(with: held) {
                    let answer = try check.ask(address, place: number, input: input)
                    guard let probe = answer.probe else { continue }
                    found.append(
                        PlaceAnswer(place: number, input: input, held: nil, probe: probe, route: answer.route))
                }
            }
            let members = MembersBehind(survey: draft.survey)
            for index in found.indices where found[index].probe.ifindex != 0 {
                let answer = found[index]
                found[index].member = try members.first(
                    answer.probe.ifindex, at: draft.places[answer.place], input: answer.input)
            }
            try AttachedProgram.ask(draft, decisions, address, &found)
            return found.sorted { ($0.place, $0.input) < ($1.place, $1.input) }
        }
    }

    /// Hooks at which all is the same become one place.
    private static func together(_ places: [ExplanationDocument.Place]) -> [ExplanationDocument.Place] {
        var joined: [ExplanationDocument.Place] = []
        var numbers: [ExplanationDocument.Place: Int] = [:]
        for place in places {
            var content = place
            content.hooks = []
            if let number = numbers[content] {
                joined[number].hooks += place.hooks
            } else {
                numbers[content] = joined.count
                joined.append(place)
            }
        }
        return joined
    }

    /// Of the replacements that runs loaded, by program id.
    private var decisions: [UInt32: Decision] {
        var found: [UInt32: Decision] = [:]
        for run in runs {
            for hook in run.record.hooks { if let id = hook.replacement?.id { found[id] = run.decision } }
        }
        return found
    }

    private func readers(of lookup: LegacyLookup, _ draft: Planner.Draft) -> [String] {
        let reading = Set(
            draft.survey.snapshot.programs.filter { $0.mapIDs.contains(lookup.record.id) }.map(\.id))
        return draft.sorting.legacy.filter { $0.program.map { reading.contains($0.id) } ?? false }.map { hook in
            hook.netns == draft.survey.snapshot.node.netns
                ? hook.title : "\(hook.title) in \(hook.netns.path ?? "netns \(hook.netns.cookie)")"
        }
    }

    /// No program of the deployment is attached, or none can be asked with: a packet of the node itself.
    private func nodePlace(
        _ draft: Planner.Draft, _ points: EndPoints
    ) throws(MigrateError) -> ExplanationDocument.Place {
        try NodeAnswer.place(
            address, node: draft.survey.node, topology: Topology(draft.survey.snapshot), points: points)
    }
}
