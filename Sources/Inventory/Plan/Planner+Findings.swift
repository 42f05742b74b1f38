import FoundationEssentials
import Kernel
import Model
import Store

/// What the cross-check and the checks come to.
extension Planner {
    /// Goes over the entries, and says what came of it.
    func finish(_ draft: Draft, _ writer: EntryWriter?) throws(MigrateError) -> PlanOutcome {
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
        let cut = CutChecks(
            cut: options.cut, hooks: draft.sorting.legacy, configurations: Set(draft.places.map(\.configuration)))
        blockers += cut.blockers()
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
        blockers += GenericXDP(links: survey.snapshot.links, hooks: survey.snapshot.hooks)
            .blockers(devices, egress: options.egress)
        var equivalence = PlanDocument.Equivalence.notRun
        if options.equivalence {
            equivalence = EquivalenceStep(
                survey: survey, hooks: draft.sorting.legacy, places: draft.places, decision: draft.decision,
                sample: tally.sample, widened: modes.widened(draft.choice.membership).map(\.address),
                members: enrolled, seed: try seed(draft.decision), underTest: underTest
            ).run()
            let kept = writer == nil ? nil : try planID(draft.decision)
            blockers += EquivalenceFindings.blockers(equivalence, plan: kept)
        }
        let filters = FilteringAdvice.filters(survey.snapshot)
        let membership = modes.section(draft.choice, filters: filters, enrolled: enrolled)
        var warnings = NodeBlockers.warnings(survey, features: draft.features, options: options)
        warnings += cut.warnings()
        warnings += EquivalenceFindings.warnings(equivalence)
        warnings += HookBlockers.warnings(draft.sorting, profile: survey.profile)
        warnings += MapWarnings.find(survey.legacyMaps, writers: survey.profile.writers)
        warnings += BridgePorts(survey.snapshot.links).warnings(draft.sorting.legacy)
        warnings += EntryBlockers.warnings(tally)
        warnings += doubts.warnings
        warnings += FilteringAdvice.warnings(
            filters, membership: draft.choice.membership, healed: modes.healed)
        warnings += NodeBlockers.membershipWarnings(membership)
        if let warning = EnrolledInterfaces.warning(
            membership.enrolled, staticSet: options.staticSet, node: survey.snapshot.node.name)
        {
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
            enrolled: enrolled, snapshot: survey.snapshot, hooks: draft.sorting.legacy, node: survey.node,
            legacyMaps: survey.legacyMaps.map { .init(id: $0.record.id, layout: $0.layout) })
    }

    /// Destinations that no map holds and the replacement would redirect, of all places.
    func widening(
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
    func peerBlockers(
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

    func seed(_ decision: Decision) throws(MigrateError) -> UInt32 {
        EquivalenceStep.seed(planID: try planID(decision))
    }

    private func planID(_ decision: Decision) throws(MigrateError) -> String {
        do { return try decision.planID() } catch {
            throw MigrateError(.bug, "cannot write the decision", facts: ["\(error)"])
        }
    }
}
