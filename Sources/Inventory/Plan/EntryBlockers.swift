import Kernel
import Model

/// What the findings say against starting, and what they warn of.
enum EntryBlockers {
    static func blockers(_ tally: EntryTally, acceptUnknown: Bool) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        let broken = tally.broken
        if broken.total > 0 {
            found.append(.init(.brokenEntries, "\(count(broken)) would break: \(list(broken))", remedy: remedy(broken)))
        }
        let unknown = tally.unknown
        if unknown.total > 0 && !acceptUnknown {
            found.append(
                .init(
                    .unknownEntries, "\(count(unknown)): the pod's side could not be read: \(list(unknown))",
                    remedy:
                        "Let it see the pods' namespaces (hostPID, /run/netns), or accept it:  migrate plan --accept-unknown"
                ))
        }
        let dependent = tally.dependent
        if let first = dependent.elements.first {
            found.append(
                .init(
                    .packetDependent, "\(count(dependent)): \(first.note): \(list(dependent))",
                    remedy: "See the rules:  ip rule; ip route get \(first.address)"))
        }
        let differing = tally.differing
        if let first = differing.elements.first {
            found.append(
                .init(
                    .neighborDiffers, "\(count(differing)): \(first.note): \(list(differing))",
                    remedy:
                        "Let the kernel ask again:  ip neigh del \(first.address) dev \((first.kernel.interface ?? "DEV").shellWord)"
                ))
        }
        let disagreeing = tally.disagreeing
        if let first = disagreeing.elements.first {
            found.append(
                .init(
                    .doorsDisagree, "\(count(disagreeing)): \(first.note)",
                    remedy: "Ask the kernel yourself:  ip route get fibmatch \(first.address)"))
        }
        return found
    }

    static func warnings(_ tally: EntryTally) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        if let first = tally.failed.elements.first {
            found.append(
                .init(
                    .neighborFailed, "\(count(tally.failed)): nobody answered: \(list(tally.failed))",
                    remedy: "See whether the pod lives:  ping -c1 \(first.address)"))
        }
        if let first = tally.unreached.elements.first {
            let interface = first.legacy.interface ?? first.kernel.interface
            found.append(
                .init(
                    .podNotReached,
                    "\(count(tally.unreached)) of pods that are here get no packets, today nor afterwards: \(list(tally.unreached))",
                    remedy: interface.map { "See whether the interface is up:  ip -d link show dev \($0.shellWord)" }
                        ?? "See where the kernel would send them:  ip route get \(first.address)"))
        }
        if let first = tally.resourced.elements.first {
            found.append(
                .init(
                    .sourceMACDiffers, "\(count(tally.resourced)): \(first.note): \(list(tally.resourced))",
                    remedy: "Nothing to do, unless a pod goes by the MAC that packets come from."))
        }
        if tally.unanswered > 0 {
            found.append(
                .init(
                    .secondDoorUnanswered,
                    "RTM_GETROUTE did not answer for \(tally.unanswered) of \(tally.total) entries",
                    remedy: "Nothing to do; these entries rest on bpf_fib_lookup alone."))
        }
        if tally.leftOut > 0 {
            found.append(
                .init(
                    .secondDoorUnanswered,
                    "RTM_GETROUTE was not asked for \(tally.leftOut) of \(tally.total) entries: of a map this large, only for "
                        + "the first \(CrossCheck.fullyAsked), those that this machine has to do with, and one in "
                        + "\(CrossCheck.sampled) of the others",
                    remedy: "Nothing to do; these entries rest on bpf_fib_lookup alone."))
        }
        return found
    }

    private static func count(_ findings: Smallest<IPAddress, Finding>) -> String {
        findings.total.of("destination")
    }

    private static func list(_ findings: Smallest<IPAddress, Finding>) -> String {
        let shown = findings.elements.map { "\($0.address) (\($0.verdict.rawValue))" }.joined(separator: ", ")
        return findings.total > findings.elements.count ? shown + ", …" : shown
    }

    /// A command that mends the first of them, where one is known.
    private static func remedy(_ broken: Smallest<IPAddress, Finding>) -> String {
        guard let first = broken.elements.first else { return "" }
        let all = "migrate plan --no-save --all-entries"
        // Told by the hook's own blocker; no route would help.
        if first.kernel.lookup == FIBResult.forwardingDisabled.name {
            return "Turn forwarding on first, see \(Code.forwardingOff.text)."
        }
        let routes = broken.elements.compactMap(hostRoute)
        guard !routes.isEmpty else {
            return "Leave the deployment as it is where the FIB cannot serve it. See each entry:  \(all)"
        }
        let commands = routes.joined(separator: "; ")
        return "Give \(broken.total == 1 ? "it a host route" : "each a host route"):  \(commands)"
            + (routes.count < broken.total ? "; see each of the others:  \(all)" : "")
    }

    /// What leads the kernel to where the map leads, where a route is all that is missing.
    private static func hostRoute(_ finding: Finding) -> String? {
        guard [.viaGateway, .noRoute, .unreachable].contains(finding.verdict), let interface = finding.legacy.interface
        else { return nil }
        return "ip route add \(finding.address) dev \(interface.shellWord)"
    }
}
