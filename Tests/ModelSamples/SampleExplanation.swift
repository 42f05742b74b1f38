import Model

extension Sample {
    private typealias Explanation = ExplanationDocument

    /// Of 10.9.4.17, whose entry is stale: the map names an interface that is gone.
    ///
    /// - Parameter membership: of the replacement that is attached; `nil` where the legacy program still is.
    public static func explanation(attached membership: Membership? = nil) throws -> ExplanationDocument {
        let address = try address("10.9.4.17")
        let pod = Explanation.EndPoint(
            netns: podNetns.cookie, path: "/run/netns/pod17", interface: "eth0", ifindex: 2, mac: mac(0x12),
            addresses: [address])
        let entry = Explanation.Entry(
            key: "0a090411", value: "1f0000000200000000110000", ifindex: 31, mac: mac(0x11), sourceMAC: nil,
            macHolders: [])
        let map = Explanation.MapAnswer(
            id: 41, name: "app_info", pin: "ambient/app_info", type: "hash", entriesTotal: 131, key: "0a090411",
            isKey: true, entries: [entry], readBy: membership == nil ? ["hz clsact/ingress"] : [])
        return ExplanationDocument(
            createdAt: time, tool: Tool(version: "0.1.0", object: "5d41402abc4b2a76"), node: node,
            profile: "istio-ambient", address: address, holders: [pod], maps: [map],
            places: [
                Explanation.Place(
                    hooks: [point(membership != nil)],
                    legacy: .init(mapID: 41, ifindex: 31, interface: nil, isUp: false, mac: mac(0x11)),
                    kernel: try kernel(address, pod), verdict: .staleInterface, effect: .healed,
                    note: "neighbor is stale", programs: forecasts(membership))
            ], verdict: .staleInterface, effect: .healed, reason: "The map says ifindex 31, which is gone.",
            note: "neighbor is stale",
            attached: membership == nil ? [] : ["hz clsact/ingress: program 203 (fib_redirect)"],
            unobserved: [Unobserved(what: "network namespace /proc/77/ns/net", why: "Permission denied")],
            next: NextStep(what: "judge every entry", command: "migrate plan"),
            further: [NextStep(what: "the newest plan", command: "migrate show p-3f9c1a2b4d5e")])
    }

    private static func point(_ isOurs: Bool) -> ExplanationDocument.HookPoint {
        .init(
            netns: netns, interface: "hz", ifindex: 7, kind: .clsact, direction: .ingress,
            program: isOurs ? ours : legacy, isOurs: isOurs, source: .v4(0x0a09_0002))
    }

    private static func kernel(
        _ address: IPAddress, _ pod: ExplanationDocument.EndPoint
    ) throws -> ExplanationDocument.KernelAnswer {
        .init(
            fib: .init(
                lookup: "success", outcome: "redirected", ifindex: 44, interface: "veth9a1c", nextHop: address,
                neighborLookup: "success", mac: mac(0x12)), getroute: "route",
            route: .init(
                type: "unicast", prefix: try prefix("10.9.4.17/32"), table: "main", interface: "veth9a1c", gateway: nil,
                nextHops: [], scope: "link", protocol: "boot", metric: 0),
            rule: .init(priority: 32766, text: "from all lookup main"),
            packetRule: .init(priority: 100, text: "from all fwmark 0x1 lookup 7"),
            neighbor: .init(address: address, state: "stale", mac: mac(0x12)),
            device: .init(
                interface: "veth9a1c", ifindex: 44, kind: "veth", isUp: true, master: nil, masterKind: nil, denied: nil,
                peer: pod, isPeerHidden: false))
    }

    private static func forecasts(_ attached: Membership?) -> [ExplanationDocument.Forecast] {
        [
            .init(
                program: .legacy, isAttached: attached == nil, fate: .dropped, outcome: "hit", ifindex: 31,
                mac: mac(0x11), why: "the map says ifindex 31, and that interface is gone")
        ]
            + [Membership.onLink, .legacyKeys].map { mode in
                .init(
                    program: .replacement, membership: mode, isAttached: attached == mode, fate: .redirected,
                    outcome: "redirected", ifindex: 44, interface: "veth9a1c", mac: mac(0x12),
                    why: "it is its own next hop on veth9a1c")
            }
    }

    /// Of a machine without a deployment, where only the kernel's answer is known.
    public static func kernelExplanation() throws -> ExplanationDocument {
        let gateway = try address("192.0.2.1")
        let kernel = ExplanationDocument.KernelAnswer(
            fib: nil, getroute: "route",
            route: .init(
                type: "unicast", prefix: try prefix("0.0.0.0/0"), table: "main", interface: "eth0", gateway: gateway,
                nextHops: [], scope: "global", protocol: "dhcp", metric: 100),
            rule: .init(priority: 32766, text: "from all lookup main"), packetRule: nil,
            neighbor: .init(address: gateway, state: "none", mac: nil),
            device: .init(
                interface: "eth0", ifindex: 2, kind: nil, isUp: true, master: "br0", masterKind: "bridge", denied: nil,
                peer: nil, isPeerHidden: false))
        return ExplanationDocument(
            createdAt: time, tool: Tool(version: "0.1.0", object: "5d41402abc4b2a76"), node: node, profile: nil,
            address: try address("203.0.113.9"),
            places: [
                .init(hooks: [], legacy: nil, kernel: kernel, verdict: nil, effect: nil, note: "", programs: [])
            ], reason: "It is nothing of this node: the kernel sends it to 192.0.2.1 on eth0.",
            next: NextStep(what: "look for a deployment", command: "migrate discover"))
    }
}
