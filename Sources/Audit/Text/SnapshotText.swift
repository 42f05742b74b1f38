import Model

/// A snapshot in words: how much of what was read, and which programs sit where.
public enum SnapshotText {
    public static func render(_ snapshot: Snapshot) -> String {
        var lines = [
            "Snapshot \(snapshot.id) of node \(snapshot.node.name), profile \(snapshot.profile)",
            "  kernel \(snapshot.node.kernel), boot \(snapshot.node.bootID)",
            "  \(snapshot.namespaces.count) network namespaces, \(snapshot.links.count) links, \(snapshot.addresses.count) addresses",
            "  \(snapshot.routes.count) routes, \(snapshot.rules.count) rules, \(snapshot.neighbors.count) neighbors of the node",
            "", "Maps:",
        ]
        for map in snapshot.maps {
            let facts = ["\(map.entries) of \(map.maxEntries) entries read"] + MapWords.use(map)
            lines.append("  \(map.pin ?? map.name): id \(map.id), \(map.typeName), \(facts.joined(separator: "; "))")
        }
        lines += snapshot.maps.compactMap { map in map.layout.map { "    \(map.title) holds \($0.summary)" } }
        lines += ["", "Hooks:"]
        for hook in snapshot.hooks {
            let program = hook.program.map { "program \($0.id) (\($0.name), tag \($0.tag))" } ?? "no eBPF program"
            let line = PlanDocument.HookLine(hook, action: .foreign, why: "")
            lines.append(
                "  "
                    + (["\(hook.title) \(HookWords.place(line)): \(program)"] + HookWords.owner(hook.owner)).joined(
                        separator: "; "))
        }
        if !snapshot.filters.isEmpty { lines += ["", "Packet filters:"] }
        for filter in snapshot.filters {
            lines.append("  \(filter.title) priority \(filter.priority)\(filter.isIdle ? ": no rules" : "")")
        }
        for gap in snapshot.unobserved { lines.append("  not observed: \(gap.what): \(gap.why)") }
        lines += ["", "Everything of it:  migrate show \(snapshot.id) -o json"]
        return lines.joined(separator: "\n") + "\n"
    }
}
