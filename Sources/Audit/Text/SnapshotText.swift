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
        let all = "migrate show \(snapshot.id) -o json"
        lines += section("Hooks:", snapshot.hooks.map { hook($0, snapshot) })
        lines += section(
            "Packet filters:",
            snapshot.filters.map { "  \($0.title) priority \($0.priority)\($0.isIdle ? ": no rules" : "")" })
        lines += section(
            "Not observed:", snapshot.unobserved.map { "  \($0.what): \($0.why)" })
        lines += ["", "Everything of it:  \(all)"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A machine has hooks for every pod, and more of what cannot be seen than anybody reads.
    private static func section(_ title: String, _ body: [String]) -> [String] {
        body.isEmpty ? [] : ["", title] + Page.limited(body)
    }

    /// The node's own come without the name of their namespace.
    private static func hook(_ hook: Hook, _ snapshot: Snapshot) -> String {
        let program = hook.program.map { "program \($0.id) (\($0.name), tag \($0.tag))" } ?? "no eBPF program"
        let line = PlanDocument.HookLine(hook, action: .foreign, why: "")
        let place = HookWords.place(line) + Words.elsewhere(hook.netns, than: snapshot.node.netns)
        return "  " + (["\(hook.title) \(place): \(program)"] + HookWords.owner(hook.owner)).joined(separator: "; ")
    }
}
