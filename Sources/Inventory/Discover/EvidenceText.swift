import Model

/// The comments of a discovered profile: what bears it out, and what nobody can see from outside.
struct EvidenceText {
    let findings: [DiscoveryDocument.MapFinding]
    let hooks: [Hook]
    /// The run that took the readers' place.
    let replacedBy: String?
    let builtIn: String?
    let rule: String
    let node: NamespaceIdentity

    /// Lines in front of the profile.
    func head() -> [String] {
        var lines = [
            builtIn.map { "This is the built-in profile \($0): its pins and sizes fit." }
                ?? "Proposed from what is on this node."
        ]
        for finding in findings { lines += describe(finding) }
        lines += rule.split(separator: ";").map { "Rule: " + $0.drop { $0 == " " } }
        if let replacedBy {
            lines.append("Already replaced by run \(replacedBy): its programs sit where the readers of this map sat.")
        } else if hooks.isEmpty {
            lines.append("No attached program uses it: there is nothing to replace yet.")
        }
        for hook in hooks.prefix(8) {
            let program = hook.program.map { "program \($0.id) (\($0.name))" } ?? "a program"
            lines.append(
                "read by \(program) at \(hook.title) priority \(hook.priority) handle 0x\(String(hook.handle, radix: 16)) in \(hook.netns == node ? "the node's namespace" : hook.netns.path ?? "a namespace without a path")"
            )
        }
        if hooks.count > 8 { lines.append("and by \(hooks.count - 8) more") }
        return lines
    }

    private func describe(_ finding: DiscoveryDocument.MapFinding) -> [String] {
        let e = finding.evidence, layout = finding.layout
        let first = finding.maps[0]
        let ids =
            finding.maps.map { String($0.id) }.prefix(8).joined(separator: ", ") + (finding.maps.count > 8 ? ", …" : "")
        var lines = [
            "Map \(layout.title) (id \(ids); \(first.typeName), keys of \(first.keySize) bytes, values of \(first.valueSize)): confidence \(finding.confidence) %"
        ]
        if e.entries > 0 {
            let other =
                layout.key.family == .ipv4 ? "; \(e.addressesInOtherOrder) would be in the other byte order" : ""
            lines += [
                "  \(e.addresses) of \(e.entries) keys are addresses of pods, neighbors or host routes\(other)",
                "  \(e.interfaces) of \(e.entries) values are live interfaces; \(e.leading) of them lead to the address",
                "  \(e.macs) MACs are their peers' or the address's neighbor's",
            ]
            if layout.value.sourceMACOffset != nil {
                lines.append(
                    "  \(e.sources) MACs at \(layout.value.sourceMACOffset ?? 0) are the interface's own: the source"
                )
            }
            lines.append("  \(e.agreeing) of \(e.entries) entries agree in all three")
        }
        if let known = builtIn.flatMap({ _ in differs(finding) }) { lines.append("  " + known) }
        return lines + finding.notes.map { "  " + $0 } + typed(first)
    }

    /// Where the entries say something else than the built-in profile; a stale map is no reason to doubt it.
    private func differs(_ finding: DiscoveryDocument.MapFinding) -> String? {
        guard let profile = try? BuiltInProfiles.all().first(where: { $0.name == builtIn }) else { return nil }
        let same = profile.maps.contains { $0.key == finding.layout.key && $0.value == finding.layout.value }
        return same ? "the layout found is the profile's" : "the layout found is NOT the profile's: check it"
    }

    private func typed(_ map: MapRecord) -> [String] {
        guard let layout = map.layout else { return ["  the map has no BTF: the offsets rest on the entries alone"] }
        return ["  BTF: \(layout.summary)"]
    }

    /// Before the fields that are a guess.
    func notes(_ draft: ProfileDraft, _ hints: ContractHints) -> [String: [String]] {
        let unseen = "not visible from outside: "
        return [
            "members": [
                unseen + "whether pods that are not in the map are members as well (all-local-pods);",
                "check against the deployment",
            ],
            "hook": hooks.isEmpty ? [unseen + "no program that uses the map is attached; check where it will be"] : [],
            "contract.protocols": [
                unseen + "which packets the program takes (tcp, udp, any); check against the program's source"
            ],
            "contract.on_failure": [
                unseen + "what it does with a member's packet that it cannot place (pass, drop);",
                "check against the program's source",
            ],
            "contract.end": hints.notes,
            "writers": draft.writers.isEmpty
                ? [unseen + "who keeps the map; no process holds it now, a CNI plugin may write it"]
                : ["processes that hold the map now; " + unseen + "CNI plugins that write it"],
        ]
    }
}
