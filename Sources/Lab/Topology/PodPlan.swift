import Model

/// One pod to be made, and the `ip` commands that make it.
struct PodPlan {
    /// Of its namespace.
    var name: String
    var interface: String
    var address: IPAddress
    var ipv6: IPAddress?
    var enrolled = true
    var fault: LabFault?
    /// Where it is not what the address suggests.
    var ownMAC: MACAddress?

    /// Healthy pods, the one that is not enrolled, and those that belong to a fault.
    static func all(_ options: LabOptions, _ site: LabSite) -> [PodPlan] {
        var names: [(String, LabFault?)] = (1...options.pods).map { ("pod\($0)", nil) } + [("plain", nil)]
        if options.faults {
            names += [("stale", .stale), ("wrong-mac", .wrongMAC), ("idle", .unresolved), ("broken", .broken)]
        }
        return names.enumerated().map { index, named in
            PodPlan(
                name: site.namespace(named.0), interface: named.0,
                address: LabAddresses.pod(index + 1, site: site.index),
                ipv6: options.ipv6 ? LabAddresses.pod6(index + 1, site: site.index) : nil, enrolled: named.0 != "plain",
                fault: named.1)
        }
    }

    static func proxy(_ options: LabOptions) -> PodPlan? {
        guard let name = options.family.deployment.proxy else { return nil }
        return PodPlan(
            name: name, interface: "hz", address: LabAddresses.proxy,
            ipv6: options.ipv6 ? LabAddresses.proxy6 : nil, enrolled: false)
    }

    /// The pod's own; a pod that was made again has another one than its address suggests.
    var mac: MACAddress {
        if let ownMAC { return ownMAC }
        let usual = LabAddresses.mac(of: address)
        return fault == .stale || fault == .wrongMAC ? MACAddress(value: usual.value | 0x0400_0000_0000) : usual
    }

    /// What the map says it is.
    var macInMap: MACAddress { LabAddresses.mac(of: address) }

    var hadEarlierLife: Bool { fault == .stale }

    /// The veth that the map still names; it is gone before the pod's real one appears.
    var earlierLife: [String] {
        hadEarlierLife ? ["link add \(interface) type veth peer name eth0 netns \(name)"] : []
    }

    var endOfEarlierLife: [String] { hadEarlierLife ? ["link del \(interface)"] : [] }

    /// In the node's namespace: both ends of the veth.
    var links: [String] {
        [
            "link add \(interface) address \(LabAddresses.hostMAC) type veth"
                + " peer name eth0 address \(mac) netns \(name)",
            "link set \(interface) up",
        ]
    }

    /// In the pod's namespace. The next hop's MAC is permanent: nobody answers for 169.254.1.1.
    var inside: [String] {
        var lines = [
            "link set lo up", "link set eth0 up", "addr add \(address)/32 dev eth0",
            "route add \(LabAddresses.podGateway) dev eth0 scope link",
            "route add default via \(LabAddresses.podGateway) dev eth0",
        ]
        if let ipv6 {
            lines += ["addr add \(ipv6)/128 dev eth0 nodad", "route add ::/0 via \(LabAddresses.podGateway6) dev eth0"]
        }
        return lines + neighbors
    }

    var neighbors: [String] {
        ([LabAddresses.podGateway] + (ipv6 == nil ? [] : [LabAddresses.podGateway6])).map {
            "neigh replace \($0) lladdr \(LabAddresses.hostMAC) dev eth0 nud permanent"
        }
    }

    /// In the node's namespace; `broken` lacks them until it is mended.
    var routes: [String] {
        guard fault != .broken else { return [] }
        return ["route add \(address)/32 dev \(interface) scope link"]
            + (ipv6.map { ["route add \($0)/128 dev \(interface)"] } ?? [])
    }
}
