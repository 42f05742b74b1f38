import Model

/// What a shadow saw, on one screen; the verdict last.
public enum ShadowText {
    /// Differing destinations that text shows.
    static let destinationLimit = 5
    static let hookLimit = 2
    static let noteLimit = 3

    public static func render(_ shadow: ShadowDocument) -> String {
        var page = Page()
        page.line(
            "Shadow \(shadow.shadowID) of plan \(Identifier.short(shadow.planID)) on node \(shadow.node.name): "
                + "\(seconds(shadow.milliseconds)) of \(shadow.askedSeconds) s, \(way(shadow))")
        page.add(
            Page.limited(
                shadow.hooks.map { "  = \(title($0, of: shadow)): \(Words.program($0.program))" }, limit: hookLimit))
        page.section("Packets:", counts(shadow))
        page.section("Slots:", slots(shadow))
        page.section(
            "Destinations that differ (\(shadow.differingTotal) of \(shadow.destinationsTotal)):",
            Page.limited(
                shadow.destinations.map { "! " + line($0) }, total: shadow.differingTotal, limit: destinationLimit))
        page.section(
            "First packets that differ:",
            Page.limited(
                firstOfEach(shadow).map { "  \($0.comparison.rawValue)  \($0.packet)" },
                total: Int(clamping: UInt64(shadow.shown.count) + shadow.packets.unshown)))
        let notes = shadow.disturbed.map { "! " + $0 } + shadow.warnings.map { "  " + $0 }
        page.section("To be kept in mind:", Page.limited(notes, limit: noteLimit))
        page.section(shadow.audit.map { ["Audit log: record \($0.sequence), head \($0.head)"] } ?? [])
        page.end(verdict(shadow), next: shadow.next ?? NextStep(what: "Read it again", command: again(shadow)))
        return page.text
    }

    /// One sentence; `report` says it, too.
    public static func verdict(_ shadow: ShadowDocument) -> String {
        let (seen, compared) = (shadow.packets, shadow.packets.compared)
        switch shadow.verdict {
        case .agree:
            let unresolved =
                compared.unresolved > 0 ? "; of \(compared.unresolved) the kernel would resolve the MAC first" : ""
            return
                "All agreed: \(count(compared.all, "redirected packet")) to \(Words.count(shadow.destinationsTotal, "destination"))\(unresolved)."
        case .differ:
            return
                "They differ: \(compared.differing) of \(count(seen.eligible, "eligible packet")) "
                + "(\(SidesText.percent(shadow.rates.differingPerMillion))), to \(Words.count(shadow.differingTotal, "destination"))."
                + "  [\(Code.shadowDiffers.text)]"
        case .nothingSeen:
            let passed =
                seen.eligible > 0
                ? "\(count(seen.eligible, "eligible packet")) came, and neither program redirects them"
                : "\(count(seen.ineligible, "other packet")) came"
            return
                "No eligible packet was seen that either program would redirect: nothing was compared, and this shows nothing (\(passed)).  [\(Code.shadowSawNothing.text)]"
        case .disturbed:
            return
                "Nothing differed in what was seen, but it was disturbed, and does not tell all.  [\(Code.shadowDisturbed.text)]"
        }
    }

    private static func way(_ shadow: ShadowDocument) -> String {
        switch shadow.way {
        case .tcx: "by tcx"
        case .slot: "in the slot\(shadow.runID.map { ", run \($0)" } ?? "")"
        }
    }

    /// How they were given back.
    private static func slots(_ shadow: ShadowDocument) -> [String] {
        guard let proof = shadow.proof else { return [] }
        let hooks = proof.hooks.map(RunWords.standings) ?? Words.count(shadow.hooks.count, "hook")
        let lines = (proof.differences + proof.changedByOthers).map { "! " + $0 }
        return ["  \(hooks)\(proof.identical ? ", proven identical" : ", not identical")"]
            + Page.limited(lines, limit: noteLimit)
    }

    /// One packet of each kind.
    private static func firstOfEach(_ shadow: ShadowDocument) -> [ShadowPacket] {
        ShadowComparison.differences.compactMap { kind in shadow.shown.first { $0.comparison == kind } }
    }

    private static func count(_ number: UInt64, _ noun: String) -> String { Words.count(Int(clamping: number), noun) }

    /// One line each, as reports and lists show them.
    static func lines(_ shadows: [ShadowSummary]) -> [String] {
        var table = Table([.left, .left, .left, .right, .left])
        for shadow in shadows.prefix(Page.listLimit) {
            table.add(
                shadow.id, Words.time(shadow.startedAt), shadow.verdict.rawValue, "\(shadow.packets)",
                "packets, \(shadow.differing) differ")
        }
        return table.lines(indent: "  ")
    }

    private static func again(_ shadow: ShadowDocument) -> String { "migrate show \(shadow.shadowID)" }

    private static func title(_ hook: ShadowDocument.Watched, of shadow: ShadowDocument) -> String {
        "\(hook.interface) \(hook.kind.rawValue)/\(hook.direction.rawValue)"
            + Words.elsewhere(hook.netns, than: shadow.node.netns)
    }

    private static func seconds(_ milliseconds: Int) -> String {
        "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    }

    private static func counts(_ shadow: ShadowDocument) -> [String] {
        let totals = shadow.packets
        var table = Table([.right, .left])
        table.add(
            "\(totals.seen)", "seen, \(shadow.rates.seenPerSecond) a second; \(totals.eligible) of them eligible")
        for comparison in ShadowComparison.allCases where totals.compared[comparison] > 0 || comparison == .agreed {
            table.add("\(totals.compared[comparison])", comparison.words)
        }
        if totals.bothMiss > 0 { table.add("\(totals.bothMiss)", "left to the stack by both") }
        if totals.ineligible > 0 { table.add("\(totals.ineligible)", "not eligible: neither looks at them") }
        if totals.untabled > 0 {
            table.add("\(totals.untabled)", "of those above to destinations for which there was no row left")
        }
        return table.lines(indent: "  ")
    }

    private static func line(_ destination: ShadowDestination) -> String {
        let kinds = ShadowComparison.differences.filter { destination.packets[$0] > 0 }
            .map { "\($0.rawValue) \(destination.packets[$0])" }.joined(separator: ", ")
        let note = destination.note.map { " (\($0))" } ?? ""
        guard let views = destination.views else { return "\(destination.address)  \(kinds)\(note)" }
        return "\(destination.address)  \(kinds): map \(legacy(views.legacy)), FIB \(kernel(views.kernel))\(note)"
    }

    private static func legacy(_ view: ShadowViews.Legacy?) -> String {
        guard let view else { return "no entry" }
        return "\(view.interface ?? "interface \(view.ifindex), which is not there") \(view.mac)"
    }

    private static func kernel(_ view: ShadowViews.Kernel) -> String {
        let device = view.ifindex.map { view.interface ?? "interface \($0)" }
        guard view.outcome == "redirected" else {
            return "\(view.outcome) (\(([view.lookup] + [device].compactMap(\.self)).joined(separator: ", ")))"
        }
        return [device, view.mac?.description].compactMap(\.self).joined(separator: " ")
    }
}
