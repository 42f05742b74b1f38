import Model

/// A plan for people to read: what would change, then what keeps it from it, then what to type.
public enum PlanText {
    /// - Parameter next: what to type next; worked out from the plan where `nil`.
    public static func render(_ plan: PlanDocument, next: NextStep? = nil) -> String {
        var page = Page()
        header(of: plan, on: &page)
        page.section("Hooks (~ replaced in place, = kept, ! not ours):", hookLines(of: plan))
        page.section("Steps:", stepLines(of: plan))
        page.section("Entries (\(plan.entriesTotal)):", PlanEntries.counts(of: plan))
        PlanEntries.lists(of: plan, on: &page)
        page.section("Memberships compared:", modes(of: plan.membership))
        destinations(of: plan, on: &page)
        page.section("By hand, should this program be gone:", Page.commands(plan.breakGlass))
        page.section("Not seen:", Page.limited(plan.unobserved.map { "  \($0.what): \($0.why)" }))
        page.section("Warnings (\(plan.warnings.count)):", numbered(plan.warnings, plan))
        page.section("Blockers (\(plan.blockers.count)):", numbered(plan.blockers, plan))
        page.end(outcome(of: plan), next: next ?? defaultNext(of: plan))
        return page.text
    }

    private static func header(of plan: PlanDocument, on page: inout Page) {
        page.line(
            "Plan \(Identifier.short(plan.planID)) for node \(plan.node.name), made \(Words.time(plan.createdAt))")
        var table = Table([.left, .left])
        table.add("kernel", plan.node.kernel)
        table.add("profile", plan.profile)
        table.add("snapshot", plan.snapshotID)
        for map in plan.maps {
            let name = map.pin ?? map.name
            table.add("map", "\(name) (id \(map.id), \(map.typeName)): \(MapWords.fill(map))")
            let use = MapWords.use(map)
            if !use.isEmpty { table.add("", use.joined(separator: "; ")) }
        }
        table.add("membership", "\(plan.membership.chosen.rawValue): \(plan.membership.why)")
        if let filtering = plan.membership.filtering { table.add("filters", filtering) }
        if let set = plan.membership.enrolled {
            table.add("", "a set of \(Words.count(set.interfacesTotal, "interface")), room for \(set.room)")
        }
        table.add(
            "egress", [plan.decision.egress.rawValue, plan.egress?.why].compactMap(\.self).joined(separator: ": "))
        for line in CutText.rows(plan) { table.add(line.0, line.1) }
        for line in EquivalenceText.rows(plan.equivalence, of: plan.entriesTotal) { table.add(line.0, line.1) }
        page.add(table.lines(indent: "  "))
        EquivalenceText.differences(plan.equivalence, on: &page)
    }

    /// The command that shows what the text leaves out.
    private static func all(of plan: PlanDocument) -> String {
        "migrate show \(Identifier.short(plan.planID)) -o json"
    }

    /// Steps that begin alike do the same to one hook after the other. The decision names namespaces by their cookies,
    /// people know them by their paths.
    private static func stepLines(of plan: PlanDocument) -> [String] {
        let places = Set(plan.hooks.map(\.netns))
        let steps = plan.steps.enumerated().map { index, step in
            let named = places.reduce(step) { text, netns in
                netns.path.map { text.replacing(" in netns \(netns.cookie) ", with: " in \($0) ") } ?? text
            }
            return (number: index + 1, text: named)
        }
        return Few.grouped(steps) { $0.text.prefix { $0 != " " } }.flatMap { group in
            group.shown.map { "  \($0.number). \($0.text)" }
                + (group.more == 0 ? [] : ["     … and \(group.more) more like it; all of them:  \(all(of: plan))"])
        }
    }

    /// What is replaced hook by hook, the first few of many alike; of the others, those with the same program in one line:
    /// a node has hundreds of pods.
    private static func hookLines(of plan: PlanDocument) -> [String] {
        var groups: [[PlanDocument.HookLine]] = []
        for hook in plan.hooks.filter({ $0.action == .replace }) + plan.hooks.filter({ $0.action != .replace }) {
            let index = groups.firstIndex { hook.action != .replace && isAlike($0[0], hook) }
            if let index { groups[index].append(hook) } else { groups.append([hook]) }
        }
        let showsGuarantee = CutText.guarantees(plan).count > 1
        let lines = groups.map { group in
            let hook = group[0]
            let symbol =
                switch hook.action {
                case .replace: "~"
                case .keep, .ours: "="
                case .foreign: "!"
                }
            let place = Words.elsewhere(hook.netns, than: plan.node.netns)
            let more = group.count > 1 ? " and \(group.count - 1) more" : ""
            return HookLines.Line(
                title: "\(symbol) \(hook.interface)\(more)\(place)",
                kind: "\(hook.kind.rawValue)/\(hook.direction.rawValue)",
                programs: "program \(Words.program(hook.program))",
                slot: HookWords.place(hook),
                remark: remark(of: hook, isGroup: group.count > 1, guarantee: showsGuarantee ? hook.guarantee : nil),
                likeness: likeness(of: hook))
        }
        return HookLines.render(lines, all: all(of: plan))
    }

    /// What hooks have in common that may stand for each other: all but the interface, which copy of the program it is,
    /// and who holds it.
    private static func likeness(of hook: PlanDocument.HookLine) -> String {
        let program = "\(hook.program?.name ?? "") \(hook.program?.tag ?? "")"
        let slot = Words.slot(
            priority: hook.priority, handle: hook.handle, chain: hook.chain, protocol: hook.protocol)
        let place = hook.position == nil ? slot : "\(hook.mode?.rawValue ?? "") \(hook.linkID == nil)"
        return
            "\(hook.action.rawValue) \(hook.kind.rawValue) \(hook.direction.rawValue) \(program) \(place) \(hook.why)"
    }

    private static func isAlike(_ a: PlanDocument.HookLine, _ b: PlanDocument.HookLine) -> Bool {
        a.action == b.action && a.netns == b.netns && a.kind == b.kind && a.direction == b.direction
            && a.program == b.program && a.why == b.why && a.priority == b.priority && a.handle == b.handle
            && a.chain == b.chain && a.protocol == b.protocol && a.position == b.position && a.mode == b.mode
            && HookWords.isOwnerAlike(a, b)
    }

    private static func remark(of hook: PlanDocument.HookLine, isGroup: Bool, guarantee: String?) -> String {
        let why = hook.action == .ours ? "ours: \(hook.why)" : hook.why
        return ([why] + (isGroup ? [] : HookWords.owner(hook.owner)) + [guarantee].compactMap(\.self))
            .joined(separator: "; ")
    }

    /// Each membership in a line, the chosen one marked.
    private static func modes(of membership: PlanDocument.MembershipSection) -> [String] {
        guard let modes = membership.modes else { return [] }
        func some(_ total: Int, _ first: [IPAddress]) -> String {
            guard total > 0 else { return "0" }
            let shown = first.map(\.description).joined(separator: ", ")
            return "\(total) (\(shown)\(total > first.count ? ", …" : ""))"
        }
        var table = Table([.left, .left, .left])
        table.add("", "widened", "lost")
        for mode in modes {
            table.add(
                "\(mode.mode == membership.chosen ? "*" : " ") \(mode.mode.rawValue)",
                some(mode.widenedTotal, mode.widenedFirst), some(mode.lostTotal, mode.lostFirst))
        }
        return table.lines(indent: "  ")
    }

    /// Said of a pod that the agent has not heard of, or for which the map had no room.
    private static let unknownToMap =
        "; not in the map, though a program of the deployment on its interface may let in only what the map delivers"

    private static func destinations(of plan: PlanDocument, on page: inout Page) {
        let membership = plan.membership
        let enrolled = Set(plan.hooks.filter { $0.action == .keep && $0.direction == .egress }.map(\.interface))
        func lines(_ list: [PlanDocument.Destination], total: Int, remark: String = "") -> [String] {
            var table = Table([.left, .left, .left])
            for item in list.prefix(Page.listLimit) {
                table.add(
                    item.address.description, item.interface,
                    item.why + (enrolled.contains(item.interface) ? remark : ""))
            }
            return Page.limited(table.lines(indent: "  "), total: total)
        }
        page.section(
            "Widened (\(membership.widenedTotal)): go through the stack and netfilter today, redirected afterwards",
            lines(membership.widened, total: membership.widenedTotal, remark: unknownToMap))
        page.section(
            "Lost (\(membership.lostTotal)): redirected today, \(afterwards(plan.decision))",
            lines(membership.lost, total: membership.lostTotal))
    }

    /// What becomes of a key that the FIB cannot place.
    private static func afterwards(_ decision: Decision) -> String {
        let contract = decision.profile.contract
        let miss = contract.onMiss == .next ? "go on to the next program" : "go through the stack"
        guard contract.onFailure == .drop else { return "\(miss) afterwards" }
        return switch decision.membership {
        case .onLink: "\(miss) afterwards"
        case .legacyKeys: "dropped afterwards (a key that the kernel cannot place; on_failure is drop)"
        // Known only once the FIB has named an interface: what is no neighbor of the node is no member.
        case .enrolled: "\(miss) afterwards, or dropped where the kernel names an interface of the set"
        }
    }

    /// One after the other, the first few of many with the same code.
    private static func numbered(_ blockers: [PlanDocument.Blocker], _ plan: PlanDocument) -> [String] {
        Few.grouped(blockers, by: \.code).flatMap { group in
            group.shown.flatMap(numbered)
                + (group.more == 0
                    ? []
                    : ["  … and \(group.more) more of \(group.shown[0].code); all of them:  \(all(of: plan))"])
        }
    }

    /// Code and message, and below them what to do about it.
    private static func numbered(_ blocker: PlanDocument.Blocker) -> [String] {
        let first = "  \(blocker.code)  \(blocker.message)"
        let indent = String(repeating: " ", count: blocker.code.count + 4)
        return blocker.remedy.isEmpty ? [first] : [first, "\(indent)→ \(blocker.remedy)"]
    }

    private static func outcome(of plan: PlanDocument) -> String {
        let hooks = Words.count(plan.hooks.filter { $0.action == .replace }.count, "hook")
        guard plan.blockers.isEmpty else {
            return "Blocked by \(plan.blockers.map(\.code).unique.joined(separator: ", ")); nothing was changed."
        }
        return "Ready: \(hooks) would be replaced; nothing was changed."
    }

    private static func defaultNext(of plan: PlanDocument) -> NextStep {
        if let blocker = plan.blockers.first {
            return NextStep(what: "See what it means", command: "migrate explain \(blocker.code)")
        }
        let id = Identifier.short(plan.planID)
        return NextStep(
            what: "Apply it", command: "migrate apply --node \(plan.node.name) \(id)\(plan.decision.cut.consent)")
    }
}

extension Array where Element: Hashable {
    /// Each once, in the order of their first appearance.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
