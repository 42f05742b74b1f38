import FoundationEssentials
import Kernel
import Model
import Store

/// The document, in which remedies are commands that run as they stand.
extension Planner {
    func document(
        _ survey: Survey, _ sorting: HookSorting, _ decision: Decision, _ entries: PlanDocument.EntrySection,
        _ membership: PlanDocument.MembershipSection, _ egress: PlanDocument.EgressSection,
        _ blockers: [PlanDocument.Blocker], _ warnings: [PlanDocument.Blocker],
        _ equivalence: PlanDocument.Equivalence
    ) throws(MigrateError) -> PlanDocument {
        let places = sorting.legacy.map { BreakGlass.Place($0) }
        do {
            return try PlanDocument(
                planID: decision.planID(), createdAt: survey.snapshot.takenAt,
                tool: Tool(version: options.toolVersion, object: ReplacementObject.digest), node: survey.snapshot.node,
                snapshotID: survey.snapshot.id, decision: decision,
                asked: .init(
                    membership: options.membership, egress: options.egress, acceptUnknown: options.acceptUnknown,
                    staticSet: options.staticSet ? true : nil, cut: options.cut, profile: options.profileName),
                maps: survey.snapshot.maps, entries: entries, membership: membership, egress: egress,
                filtering: FilteringAdvice.filters(survey.snapshot), hooks: sorting.lines.map(guaranteed),
                blockers: blockers.map(echoed), warnings: warnings.map(echoed), equivalence: equivalence,
                breakGlass: BreakGlass.commands(
                    places, pins: "\(options.bpffs.path)/migrate", run: nil, cut: options.cut),
                unobserved: survey.snapshot.unobserved, made: options.made,
                footprint: LegacyFootprint.read(sorting.legacy, maps: survey.legacyMaps.map(\.record))
            ).sealed()
        } catch {
            throw MigrateError(.bug, "cannot write the plan", facts: ["\(error)"])
        }
    }

    private func guaranteed(_ line: PlanDocument.HookLine) -> PlanDocument.HookLine {
        var line = line
        if line.action == .replace { line.guarantee = options.cut.guarantee(at: line.kind) }
        return line
    }

    private func echoed(_ blocker: PlanDocument.Blocker) -> PlanDocument.Blocker {
        var blocker = blocker
        blocker.remedy = NamespaceEntry.entered(options.echo(blocker.remedy), path: options.netnsPath)
        return blocker
    }
}
