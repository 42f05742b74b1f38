import Kernel
import Model

/// Compares both programs at every hook of a plan, and says what came of it.
struct EquivalenceStep {
    let survey: Survey
    let hooks: [Hook]
    let places: [HookPlace]
    let decision: Decision
    let sample: EntrySample
    let widened: [IPAddress]
    /// Of membership `enrolled`.
    let members: [EnrolledSet.Interface]
    let seed: UInt32
    /// What is made of the plan's configuration; tests make it wrong.
    let underTest: @Sendable (RedirectConfiguration) -> RedirectConfiguration

    /// From a plan's id: the same decision is tested with the same packets.
    static func seed(planID: String) -> UInt32 { UInt32(planID.dropFirst(2).prefix(8), radix: 16) ?? 0 }

    func run() -> PlanDocument.Equivalence {
        var all = EquivalenceTally()
        var section = PlanDocument.Equivalence.notRun
        var refused: [String] = []
        var changed: Set<String> = []
        var lines: [PlanDocument.Equivalence.Hook] = []
        let compared = hooks.filter { $0.program != nil && $0.direction == .ingress }
        var bounds = EquivalenceBounds(compared, survey.snapshot.programs)
        for hook in compared {
            guard let program = hook.program, let place = places.first(where: { $0.netns == hook.netns.cookie }) else {
                refused.append("\(hook.title): its namespace was not cross-checked")
                continue
            }
            let isFirst = bounds.isFirst(hook)
            var compared = comparedHook(hook, program, place, isFirst: isFirst)
            if !isFirst { compared.targets = bounds.share(of: compared.targets) }
            let configuration = underTest(RedirectConfiguration(decision, netns: place.netns))
            let result: HookComparison.Result
            do throws(KernelError) {
                let purity = try bounds.purity(hook, program, known: compared.knownMaps)
                result = try HookComparison(compared, configuration, purity, seed: UInt64(seed)).run()
            } catch {
                refused.append("\(hook.title): \(error)")
                continue
            }
            refused += result.refused
            changed.formUnion(result.changedMaps)
            guard result.refused.isEmpty else { continue }
            all.add(result.tally)
            bounds.constantsLeftOut = max(bounds.constantsLeftOut, result.constantsLeftOut)
            if isFirst, decision.cut == .switch { tryUnflipped(compared, configuration, &all, &section, &refused) }
            if isFirst, bounds.mayMirror() { mirror(compared, configuration, place.topology, &all, &section) }
            lines.append(
                .init(
                    hook: hook.title, netns: hook.netns.cookie, program: program, cases: result.tally.cases,
                    differences: result.tally.differencesTotal))
        }
        if compared.isEmpty { refused.append("no hook holds a legacy program on ingress") }
        section.ran = refused.isEmpty
        section.cases = all.cases
        section.differences = all.differences
        section.differencesTotal = all.differencesTotal
        section.refused = refused.isEmpty ? nil : Set(refused).sorted()
        section.byDesign = all.byDesign
        section.byEffect = all.byEffect
        section.skipped = all.skipped
        section.entries = sample.entries.count
        section.seed = seed
        section.changedMaps = changed.isEmpty ? nil : changed.sorted()
        section.hooks = lines
        section.leftOut = bounds.leftOut
        return section
    }

    /// What packets get between installation and flip, at the first hook of each program.
    private func tryUnflipped(
        _ hook: ComparedHook, _ configuration: RedirectConfiguration, _ all: inout EquivalenceTally,
        _ section: inout PlanDocument.Equivalence, _ refused: inout [String]
    ) {
        do throws(KernelError) {
            let tally = try UnflippedComparison(hook: hook, configuration: configuration, seed: UInt64(seed)).run()
            all.add(tally)
            section.unflipped = (section.unflipped ?? 0) + tally.cases
        } catch { refused.append("\(hook.title), the switch before it flips: \(error)") }
    }

    /// Frames for real, at the first hook of each program.
    private func mirror(
        _ hook: ComparedHook, _ configuration: RedirectConfiguration, _ topology: Topology,
        _ all: inout EquivalenceTally, _ section: inout PlanDocument.Equivalence
    ) {
        do throws(KernelError) {
            let result = try MirrorComparison(
                hook: hook, configuration: configuration, topology: topology, seed: UInt64(seed)
            ).run()
            all.add(result.tally)
            section.frames = (section.frames ?? 0) + result.tally.cases
            section.framesByRole = (section.framesByRole ?? [:]).merging(result.roles, uniquingKeysWith: +)
        } catch {
            section.frames = section.frames ?? 0
            section.framesRefused = (section.framesRefused ?? []) + ["\(hook.title): \(error)"]
        }
    }

    private func comparedHook(
        _ hook: Hook, _ program: ProgramReference, _ place: HookPlace, isFirst: Bool
    ) -> ComparedHook {
        let input = place.inputs.first { $0.link.ifindex == hook.ifindex }
        let read = survey.snapshot.programs.first { $0.id == program.id }.map { Set($0.mapIDs) } ?? []
        // What a map holds that this program does not read is no entry here.
        let entries = sample.entries.filter { read.contains(survey.legacyMaps[$0.map].record.id) }
        var compared = ComparedHook(
            title: hook.title, namespace: place.namespace, ifindex: hook.ifindex, program: program.id,
            sources: input?.sources ?? [:],
            targets: PacketTargets.all(
                entries: isFirst ? entries : Array(entries.prefix(64)), isPart: sample.isPart || !isFirst,
                widened: isFirst ? widened : Array(widened.prefix(16)),
                families: Set(survey.profile.contract.families), own: place.topology.addresses(netns: place.netns),
                isFirst: isFirst),
            knownMaps: profileMaps,
            rewritesSource: Set(
                survey.profile.maps.filter { $0.value.sourceMACOffset != nil }.map(\.key.family)),
            members: members.filter { $0.netns == hook.netns.cookie }.map(\.ifindex))
        compared.isFirst = isFirst
        if isFirst { compared.otherSources = otherSources(place.topology, entries) }
        return compared
    }

    /// Some of everybody who may send: other entries, gateways, the world, the node.
    private func otherSources(_ topology: Topology, _ entries: [EntrySample.Entry]) -> [IPAddress] {
        let own = topology.addresses(netns: topology.node).filter { !$0.isLoopback && !$0.isLinkLocal }.sorted()
        let gateways = Set(topology.routes.compactMap(\.gateway)).filter { !$0.isLinkLocal }.sorted()
        return AddressFamily.allCases.flatMap { family -> [IPAddress] in
            let others = entries.lazy.map(\.finding.address).filter { $0.family == family }.prefix(3)
            return Array(others) + own.filter { $0.family == family }.prefix(2)
                + gateways.filter { $0.family == family }.prefix(2) + SpecialDestinations.nobodys(family).suffix(1)
        }
    }

    /// Legacy maps, and those that the profile keeps.
    private var profileMaps: Set<UInt32> {
        let kept = Set(survey.profile.keep.compactMap(\.pin))
        return Set(survey.legacyMaps.map(\.record.id)).union(
            survey.snapshot.maps.filter { $0.pin.map(kept.contains) ?? false }.map(\.id))
    }
}
