import FoundationEssentials
import Model

extension Sample {
    /// The decision to replace the program in `hooks`.
    public static func decision(hooks: [Hook] = [hook(), hook("hz2", ifindex: 8)]) throws -> Decision {
        Decision(
            node: node.name, machineID: node.machineID, bootID: node.bootID, netns: netns.cookie,
            profile: try profile(), membership: .legacyKeys, egress: .neigh,
            replacement: .init(
                object: String(repeating: "3f9c1a2b", count: 8), program: "fib_redirect", fibFlags: 4,
                readsDevice: true,
                denied: [.init(netns: 1, ifindex: 3, interface: "eth0", why: "carries a gateway route")]),
            maps: [.init(id: 41, pin: "ambient/app_info")], hooks: hooks.compactMap(Decision.Precondition.init),
            steps: ["pin the legacy programs", "replace 2 programs in place", "check every hook"])
    }

    /// `count` entries that match, a stale one that heals, and, on request, one that breaks.
    public static func findings(matching count: Int = 129, broken: Bool = false) throws -> [Finding] {
        var findings = try (0..<count).map { number in
            let last = UInt8(truncatingIfNeeded: number)
            let ifindex = UInt32(100 + number)
            return Finding(
                address: try address("10.9.\(number / 250).\(number % 250 + 1)"),
                legacy: .init(ifindex: ifindex, interface: "veth\(number)", mac: mac(last)),
                kernel: .init(lookup: "success", ifindex: ifindex, interface: "veth\(number)", mac: mac(last)),
                verdict: .match, effect: .same, note: "")
        }
        findings.append(
            Finding(
                address: try address("10.9.4.17"), legacy: .init(ifindex: 31, interface: nil, mac: mac(0x11)),
                kernel: .init(lookup: "success", ifindex: 44, interface: "veth9a1c", mac: mac(0x12)),
                verdict: .staleInterface, effect: .healed, note: "the pod was made anew"))
        if broken {
            findings.append(
                Finding(
                    address: try address("10.9.4.18"), legacy: .init(ifindex: 32, interface: "veth77", mac: mac(0x13)),
                    kernel: .init(
                        lookup: "success", ifindex: 3, interface: "eth0", gateway: try address("192.0.2.1")),
                    verdict: .viaGateway, effect: .broken, note: ""))
        }
        return findings
    }

    /// One that matches.
    public static let finding = Finding(
        address: .v4(0x0a09_0004), legacy: .init(ifindex: 12, interface: "veth4", mac: MACAddress(value: 4)),
        kernel: .init(lookup: "success", ifindex: 12, interface: "veth4", mac: MACAddress(value: 4)), verdict: .match,
        effect: .same, note: "")

    /// A sealed plan; with `blocked` one that `apply` refuses.
    public static func plan(
        snapshotID: String = "s-3f9c1a2b4d5e", createdAt: Date = time, blocked: Bool = false,
        findings: [Finding]? = nil, hooks: [Hook] = [hook(), hook("hz2", ifindex: 8)]
    ) throws -> PlanDocument {
        let decision = try decision(hooks: hooks)
        let foreign = Hook(
            netns: podNetns, interface: "eth0", ifindex: 2, kind: .clsact, direction: .egress, chain: 0, priority: 1,
            handle: 1, etherType: 0x0800,
            program: ProgramReference(id: 90, name: "cil_to_netdev", tag: "0badc0de0badc0de"),
            filter: nil)
        let kept = hook(
            "eth0", ifindex: 3, program: ProgramReference(id: 171, name: "ztunnel_host", tag: "1122334455667788"))
        return try PlanDocument(
            planID: try decision.planID(), createdAt: createdAt,
            tool: Tool(version: "0.1.0", object: decision.replacement.object), node: node, snapshotID: snapshotID,
            decision: decision, asked: .init(membership: nil, egress: .neigh, acceptUnknown: false),
            maps: [try snapshot().maps[0]],
            entries: .init(try findings ?? Sample.findings(broken: blocked), all: false),
            membership: .init(
                chosen: .legacyKeys, why: "install-cni (pid 812) keeps the map",
                widened: [
                    .init(address: try address("10.9.4.30"), interface: "veth30", why: "second address of pod 10.9.0.4")
                ],
                lost: [],
                filtering: "nftables inet firewall/fwd (forward): skipped by what is redirected today"),
            filtering: [filters[0], filters[3]],
            hooks: hooks.map {
                .init($0, action: .replace, why: "reads app_info", guarantee: decision.cut.guarantee(at: $0.kind))
            } + [
                .init(kept, action: .keep, why: "sends to the proxy"),
                .init(foreign, action: .foreign, why: "Cilium's"),
                .init(xdp, action: .foreign, why: "reads none of the profile's maps"),
            ],
            blockers: blocked
                ? [
                    .init(
                        .brokenEntries, "1 destination would break: 10.9.4.18",
                        remedy: "ip route replace 10.9.4.18/32 dev veth77")
                ] : [],
            warnings: [
                .init(
                    .equivalenceNotRun, "legacy program and replacement were not compared on packets",
                    remedy: "migrate plan --equivalence")
            ],
            equivalence: .notRun,
            breakGlass: [
                "tc filter replace dev hz ingress prio 49152 handle 0x1 bpf da object-pinned /sys/fs/bpf/migrate/RUN/legacy_0"
            ],
            unobserved: [Unobserved(what: "namespace of pid 77", why: "the process ended")]
        ).sealed()
    }
}
