import Model

/// Thousands of pods. A hundred of them share a namespace: thousands of those would cost more than the pods. Each still
/// has a veth, a MAC and an address of its own, and answers ARP for that address alone.
extension LabNode {
    private static let shared = 100

    /// Adds pods `c1`, `c2`, … to a lab without IPv6, with the deployment's programs on their interfaces; its map learns
    /// nothing of them, and no neighbor is resolved.
    public func addCrowd(_ count: Int) throws -> [LabPod] {
        guard state.tenants.isEmpty, !state.options.ipv6, !state.pods.contains(where: { $0.name == "c1" }) else {
            throw LabError(
                .unusable, "a crowd cannot be added", facts: ["once, to a lab without IPv6 and without tenants"])
        }
        var pods = (1...count).map { number in
            let address = LabAddresses.crowd(number)
            return LabPod(
                name: "c\(number)", namespace: "crowd\((number - 1) / Self.shared + 1)", interface: "c\(number)",
                device: "c\(number)", ifindex: 0,
                mac: LabAddresses.mac(of: address), address: address, enrolled: true)
        }
        let homes = Dictionary(grouping: pods, by: \.namespace)
        try enter {
            try Self.leaveIPv6()
            try IPBatch.run(homes.keys.map { "netns add \($0)" })
        }
        for home in homes.keys { try enter(home) { try Self.prepare() } }
        pods = try enter {
            try IPBatch.run(pods.map(Self.link))
            for (home, pods) in homes {
                try IPBatch.run(
                    pods.flatMap { ["link set \($0.device) up", "addr add \($0.address)/32 dev \($0.device)"] },
                    in: home)
            }
            try IPBatch.run(pods.map { "route add \($0.address)/32 dev \($0.interface) scope link" })
            return try pods.map { pod in
                var pod = pod
                pod.ifindex = try NodeBuilder.ifindex(pod.interface)
                return pod
            }
        }
        try enroll(pods)
        try note { $0.pods += pods }
        return pods
    }

    /// A namespace for pods that share it.
    private static func prepare() throws {
        try leaveIPv6()
        for scope in ["all", "default"] { try NodeSettings.set("ipv4/conf/\(scope)/rp_filter", 0) }
        // Not for an address of another of its interfaces.
        try NodeSettings.set("ipv4/conf/all/arp_ignore", 1)
    }

    private static func link(_ pod: LabPod) -> String {
        "link add up \(pod.interface) address \(LabAddresses.hostMAC) type veth"
            + " peer name \(pod.device) address \(pod.mac) netns \(pod.namespace)"
    }

    /// Thousands of interfaces with addresses and multicast groups that nobody needs take most of the time.
    private static func leaveIPv6() throws {
        for scope in ["all", "default"] { try NodeSettings.set("ipv6/conf/\(scope)/disable_ipv6", 1) }
    }
}
