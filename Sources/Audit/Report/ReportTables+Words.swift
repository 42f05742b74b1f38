import Model

/// What the words of a report mean, for a reader who has nothing else.
extension ReportTable {
    static func words(_ report: ReportDocument) -> ReportTable {
        ReportTable(
            "Words of this report", ["Word", "Of what", "Meaning"],
            (basic + used(report)).map { [$0.word, $0.type, $0.explanation] })
    }

    /// What every report rests on.
    private static let basic = [
        Meaning(
            "hook", "place in the kernel",
            "Where it runs a BPF program on the packets that come in or go out of an interface: clsact/ingress, for one."
        ),
        Meaning(
            "slot", "place at a hook",
            "What tells a program at a hook from others there: priority, handle, chain and protocol of its filter."),
        Meaning("tag", "program", "The kernel's hash of its instructions: the same tag, the same program."),
        Meaning(
            "legacy program", "program", "The deployment's own: it looks a destination up in a map that an agent keeps."
        ),
        Meaning(
            "replacement", "program",
            "It asks the kernel's own routes and neighbors for the same destination (bpf_fib_lookup), and redirects."),
        Meaning(
            "map", "table in the kernel",
            "Destinations with interface and MAC, written by the agent, pinned in a bpffs."),
        Meaning(
            "switch", "program",
            "In the slots of a run: it hands each packet to the legacy program or to the replacement."),
        Meaning(
            "shadow", "comparison on live traffic",
            "Both programs decide on each packet as it comes, and only the legacy one acts: it tells where they would differ, not how a "
                + "packet would have been rewritten."),
        Meaning(
            "share", "part of the flows",
            "Those that take the replacement, canary 5% for one; the others take the legacy programs."
        ),
        Meaning(
            "confirm", "decision",
            "By the operator, within a deadline; without it the kernel hands all packets back by itself."),
        Meaning(
            "widened", "destination",
            "Redirected by the replacement, while the legacy programs leave it to the network stack."),
        Meaning("lost", "destination", "The reverse: redirected by the legacy programs only."),
        Meaning(
            "network namespace", "place in the kernel",
            "Named by its cookie, a number that the kernel gives away once in a boot."),
        Meaning(
            "egress", "of the replacement",
            "How it sends: neigh, by the kernel's neighbor table (bpf_redirect_neigh); mac, with the MAC that the lookup gave; peer, "
                + "straight into the namespace behind a veth."),
        Meaning(
            "membership", "of the replacement",
            "Which destinations it redirects: on-link, any that is its own next hop on an eligible device; enrolled, those behind "
                + "planned devices; legacy-keys, those that the map holds."),
        Meaning(
            "cell", "value in the kernel", "All switches of a run read it: one store into it moves every hook at once."),
    ]

    /// Those of the catalogue that this one uses.
    private static func used(_ report: ReportDocument) -> [Meaning] {
        var words: [(word: String, type: String)] = []
        if let run = report.run {
            words.append((run.state.rawValue, "state of a run"))
            words += run.hooks.compactMap(\.standing).map { ($0.rawValue, "standing of a hook") }
        }
        if let plan = report.plan {
            words += plan.verdicts.filter { $0.value > 0 }.keys.sorted().map { ($0, "verdict of an entry") }
            words += plan.effects.filter { $0.value > 0 }.keys.sorted().map { ($0, "effect of an entry") }
        }
        words += report.journal.map { ($0.phase, "step of a run") }
        var meanings: [Meaning] = []
        for (word, type) in words {
            let known = Glossary.meanings(of: word).filter { $0.type == type }
            meanings += known.filter { !meanings.contains($0) }
        }
        return meanings
    }
}
