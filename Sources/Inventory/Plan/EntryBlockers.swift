import Kernel
import Model

/// What the findings say against starting, and what they warn of.
enum EntryBlockers {
    static func blockers(_ result: CrossCheck.Result, acceptUnknown: Bool) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        let broken = result.findings.filter { $0.effect == .broken }
        if !broken.isEmpty {
            found.append(
                .init(.brokenEntries, "\(count(broken)) would break: \(list(broken))", remedy: remedy(broken)))
        }
        let unknown = result.findings.filter { $0.effect == .unknown }
        if !unknown.isEmpty && !acceptUnknown {
            found.append(
                .init(
                    .unknownEntries, "\(count(unknown)): the pod's side could not be read: \(list(unknown))",
                    remedy: "Let it see the pods' namespaces (hostPID, /run/netns), or accept it:  --accept-unknown"))
        }
        let dependent = result.findings.filter { $0.verdict == .dependsOnPacket }
        if !dependent.isEmpty {
            found.append(
                .init(
                    .packetDependent, "\(count(dependent)): \(dependent[0].note): \(list(dependent))",
                    remedy: "See the rules:  ip rule; ip route get \(dependent[0].address)"))
        }
        let differing = result.findings.filter { $0.verdict == .neighborDiffers }
        if let first = differing.first {
            found.append(
                .init(
                    .neighborDiffers, "\(count(differing)): \(first.note): \(list(differing))",
                    remedy:
                        "Let the kernel ask again:  ip neigh del \(first.address) dev \((first.kernel.interface ?? "DEV").shellWord)"
                ))
        }
        if !result.disagreements.isEmpty {
            found.append(
                .init(
                    .doorsDisagree, "\(count(result.disagreements)): \(result.disagreements[0].note)",
                    remedy: "Ask the kernel yourself:  ip route get fibmatch \(result.disagreements[0].address)"))
        }
        return found
    }

    static func warnings(_ result: CrossCheck.Result) -> [PlanDocument.Blocker] {
        var found: [PlanDocument.Blocker] = []
        let failed = result.findings.filter { $0.verdict == .neighborFailed }
        if let first = failed.first {
            found.append(
                .init(
                    .neighborFailed, "\(count(failed)): nobody answered: \(list(failed))",
                    remedy: "See whether the pod lives:  ping -c1 \(first.address)"))
        }
        let resourced = result.findings.filter(\.sourceDiffers)
        if let first = resourced.first {
            found.append(
                .init(
                    .sourceMACDiffers, "\(count(resourced)): \(first.note): \(list(resourced))",
                    remedy: "Nothing to do, unless a pod goes by the MAC that packets come from."))
        }
        if result.unanswered > 0 {
            found.append(
                .init(
                    .secondDoorUnanswered,
                    "RTM_GETROUTE did not answer for \(result.unanswered) of \(result.findings.count) entries",
                    remedy: "Nothing to do; these entries rest on bpf_fib_lookup alone."))
        }
        return found
    }

    private static func count(_ findings: [Finding]) -> String {
        findings.count == 1 ? "1 destination" : "\(findings.count) destinations"
    }

    private static func list(_ findings: [Finding]) -> String {
        let shown = findings.prefix(3).map { "\($0.address) (\($0.verdict.rawValue))" }.joined(separator: ", ")
        return findings.count > 3 ? shown + ", …" : shown
    }

    /// A command that mends the first of them, where one is known.
    private static func remedy(_ broken: [Finding]) -> String {
        let first = broken[0]
        // Told by the hook's own blocker; no route would help.
        if first.kernel.lookup == FIBResult.forwardingDisabled.name {
            return "Turn forwarding on first, see \(Code.forwardingOff.text)."
        }
        switch first.verdict {
        case .viaGateway, .noRoute, .unreachable:
            guard let interface = first.legacy.interface else { break }
            return "Give it a host route:  ip route add \(first.address) dev \(interface.shellWord)"
        default: break
        }
        return "See each entry:  migrate show <plan>; leave the deployment as it is where the FIB cannot serve it."
    }
}
