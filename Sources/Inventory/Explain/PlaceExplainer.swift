import Kernel
import Model

/// What both doors said of the address at one interface, and the map entry that it was asked with.
struct PlaceAnswer {
    var place: Int
    var input: Int
    /// `nil` where no map that is read there holds the address.
    var held: (map: MapRecord, target: LegacyTarget)?
    var probe: FIBProbe.Answer
    var route: RouteAnswer?
    /// The replacement that is attached, if one is.
    var attached: AttachedProgram?
    /// A key of a legacy map whose packets are delivered by the interface that the FIB names.
    var member: IPAddress?
}

/// Explains one interface with legacy programs, or with replacements in their place.
struct PlaceExplainer {
    let address: IPAddress
    let draft: Planner.Draft
    let lookups: [LegacyLookup]
    let points: EndPoints
    /// Of the replacements that are attached now, by program id.
    let decisions: [UInt32: Decision]
    /// Of the replacements, those whose legacy program is not loaded any more.
    let orphans: Set<UInt32>

    private var denied: [Decision.DeniedDevice] { draft.decision.replacement.denied }

    /// One interface explained: the place, and what is said of the entry, if there is one.
    struct Explained {
        var place: ExplanationDocument.Place
        var finding: Finding?
        var stale: StaleNeighbor?
    }

    func explain(_ answer: PlaceAnswer) -> Explained {
        let place = draft.places[answer.place], input = place.inputs[answer.input]
        let topology = place.topology
        let facts = answer.held.map { held in
            EntryFacts(
                target: held.target, probe: answer.probe, route: answer.route, topology: topology,
                inputInterface: input.link.name, hasOtherHooks: place.inputs(reading: held.map.id).count > 1)
        }
        let finding = facts.map(Judge.finding)
        let hooks = hooks(place, input)
        let view = KernelView(topology: topology, points: points, denied: denied)
        let kernel = view.answer(
            address, probe: answer.probe, route: answer.route, getroute: unanswered(answer, input),
            input: input.link.name)
        let legacy = answer.held.map { held in
            let link = topology.link(held.target.ifindex)
            return ExplanationDocument.LegacyDevice(
                mapID: held.map.id, ifindex: held.target.ifindex, interface: link?.name, isUp: link?.isUp ?? false,
                mac: held.target.mac)
        }
        let ours = hooks.first { $0.isOurs }
        let explained = ExplanationDocument.Place(
            hooks: hooks, legacy: legacy, kernel: kernel, verdict: finding?.verdict, effect: finding?.effect,
            note: finding?.note ?? "",
            programs: forecasts(answer, place, input, ours?.program))
        return Explained(place: explained, finding: finding, stale: facts.flatMap(Judge.stale))
    }

    /// - Parameter ours: the replacement that is attached, if one is.
    private func forecasts(
        _ answer: PlaceAnswer, _ place: HookPlace, _ input: HookPlace.Input, _ ours: ProgramReference?
    ) -> [ExplanationDocument.Forecast] {
        var now = forecaster(answer, place, input, denied)
        guard let ours else { return now.all(attached: nil, isOurs: false) }
        now.isLegacyLoaded = !orphans.contains(ours.id)
        var all = now.all(attached: membership(of: ours), isOurs: true)
        if let attached = answer.attached, let number = all.firstIndex(where: \.isAttached),
            let mode = all[number].membership
        {
            var then = answer
            then.probe = attached.probe ?? answer.probe
            let denied = attached.probe == nil ? denied : decisions[ours.id]?.replacement.denied ?? []
            all[number] = forecaster(then, place, input, denied, attached).replacement(mode)
            all[number].isAttached = true
        }
        return all
    }

    private func forecaster(
        _ answer: PlaceAnswer, _ place: HookPlace, _ input: HookPlace.Input, _ denied: [Decision.DeniedDevice],
        _ attached: AttachedProgram? = nil
    ) -> Forecaster {
        let read = lookups.filter { input.maps.contains($0.record.id) }
        // A namespace has one map of a family to ask for keys; see RedirectConfiguration. What is attached tells its own.
        let readHere = lookups.filter { lookup in
            attached?.maps.contains(lookup.record.id)
                ?? place.inputs.contains { $0.maps.contains(lookup.record.id) }
        }
        let keys = readHere.prefix(1)
        return Forecaster(
            address: address, contract: place.configuration.contract, topology: place.topology,
            maps: read.map(\.record.title), target: answer.held?.target, keyMaps: keys.map(\.record.title),
            isKey: keys.contains { $0.isKey }, member: answer.member, isInSet: attached?.isInSet, probe: answer.probe,
            denied: denied, input: input.link)
    }

    private func unanswered(_ answer: PlaceAnswer, _ input: HookPlace.Input) -> String {
        if let errno = answer.route?.errno { return "\(errno)" }
        if address.family == .ipv4 && input.sources[.ipv4] == nil {
            return "not asked: no address is known behind \(input.link.name) that a packet could come from"
        }
        return "no answer (EINVAL)"
    }

    /// The hooks of this interface as they are now.
    private func hooks(_ place: HookPlace, _ input: HookPlace.Input) -> [ExplanationDocument.HookPoint] {
        let ours = draft.sorting.ours
        return (draft.sorting.legacy + ours).filter {
            $0.netns.cookie == place.netns && $0.ifindex == input.link.ifindex
        }.map { hook in
            .init(
                netns: hook.netns, interface: hook.interface, ifindex: hook.ifindex, kind: hook.kind,
                direction: hook.direction, program: hook.program, isOurs: ours.contains(hook),
                source: input.sources[address.family])
        }
    }

    /// As its run recorded it; else by the program's name, of which the kernel keeps 15 characters.
    private func membership(of program: ProgramReference) -> Membership? {
        decisions[program.id]?.membership
            ?? Membership.allCases.first {
                [RedirectConfiguration.program(for: $0), RedirectConfiguration.switchProgram(for: $0)]
                    .contains { $0.prefix(15) == program.name }
            }
    }
}
