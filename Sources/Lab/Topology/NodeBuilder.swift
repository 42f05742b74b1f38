import Glibc
import Model

/// Builds a node around the calling thread's network namespace: a gateway, a proxy where there is one, pods.
struct NodeBuilder {
    let options: LabOptions
    let site: LabSite
    /// What is there so far.
    var state: LabState

    init(state: LabState, site: LabSite) {
        self.options = state.options
        self.site = site
        self.state = state
    }

    /// Everything but the deployment. Order matters: interfaces copy the settings, routes need interfaces.
    mutating func build() throws(LabError) {
        try NodeSettings.apply(ipv6: options.ipv6)
        let plans = PodPlan.all(options, site)
        let proxy = PodPlan.proxy(options)
        let names = [site.namespace("gateway")] + ([proxy] + plans).compactMap { $0?.name }
        try IPBatch.run(names.map { "netns add \($0)" })
        try IPBatch.run(["link set lo up"])
        try buildGateway()
        try IPBatch.run(plans.flatMap(\.earlierLife))
        let earlier = try plans.filter { $0.hadEarlierLife }.map { (plan) throws(LabError) in
            (plan.name, try Self.ifindex(plan.interface))
        }
        try IPBatch.run(plans.flatMap(\.endOfEarlierLife))
        try buildPods(proxy, plans, earlier: Dictionary(uniqueKeysWithValues: earlier))
    }

    /// The uplink is a veth on purpose: in kind, k3d and LXC nodes it is one too, and must not be taken for a pod.
    private mutating func buildGateway() throws(LabError) {
        let mac = LabAddresses.mac(of: LabAddresses.gateway)
        let name = site.namespace("gateway")
        var node = [
            "link add gw0 type veth peer name eth0 address \(mac) netns \(name)",
            "link set gw0 up", "addr add \(LabAddresses.node)/24 dev gw0",
        ]
        // It forwards nothing: what is sent to addresses that nobody has ends here.
        var gateway = ["link set lo up", "link set eth0 up", "addr add \(LabAddresses.gateway)/24 dev eth0"]
        if options.ipv6 {
            node.append("addr add \(LabAddresses.node6)/64 dev gw0 nodad")
            gateway.append("addr add \(LabAddresses.gateway6)/64 dev eth0 nodad")
        }
        try IPBatch.run(node)
        try IPBatch.run(gateway, in: name)
        var routes = ["route add default via \(LabAddresses.gateway) dev gw0"]
        if options.ipv6 { routes.append("route add ::/0 via \(LabAddresses.gateway6) dev gw0") }
        try IPBatch.run(routes)
        state.gateways.append(
            LabPod(
                name: name, tenant: site.tenant, interface: "gw0", ifindex: try Self.ifindex("gw0"), mac: mac,
                address: LabAddresses.gateway, ipv6: options.ipv6 ? LabAddresses.gateway6 : nil, enrolled: false))
    }

    private mutating func buildPods(
        _ proxy: PodPlan?, _ plans: [PodPlan], earlier: [String: UInt32]
    ) throws(LabError) {
        let all = [proxy].compactMap(\.self) + plans
        try IPBatch.run(all.flatMap(\.links))
        for plan in all { try IPBatch.run(plan.inside, in: plan.name) }
        try IPBatch.run(all.flatMap(\.routes))
        if let proxy { state.proxy = try pod(proxy) }
        for plan in plans {
            let pod = try pod(plan)
            state.pods.append(pod)
            guard pod.enrolled else { continue }
            // A stale entry is what the map held of the pod's earlier life.
            addEntries(
                [plan.address, plan.ipv6], ifindex: earlier[plan.name] ?? pod.ifindex, mac: plan.macInMap,
                fault: plan.fault)
        }
        if options.faults { try addGoneEntry(index: plans.count + 1) }
    }

    /// An interface that was there and is not any more, and an address that nobody took over.
    private mutating func addGoneEntry(index: Int) throws(LabError) {
        let address = LabAddresses.pod(index, site: site.index)
        let ipv6 = options.ipv6 ? LabAddresses.pod6(index, site: site.index) : nil
        try IPBatch.run(["link add gone type veth peer name gone-peer"])
        let ifindex = try Self.ifindex("gone")
        try IPBatch.run(["link del gone"])
        addEntries([address, ipv6], ifindex: ifindex, mac: LabAddresses.mac(of: address), fault: .gone)
    }

    /// One for each address whose family has a map.
    private mutating func addEntries(_ addresses: [IPAddress?], ifindex: UInt32, mac: MACAddress, fault: LabFault?) {
        for address in addresses.compactMap(\.self) where options.family.deployment.layout(address.family) != nil {
            let rewrites = options.family == .fabric
            state.entries.append(
                LabMapEntry(
                    address: address, ifindex: ifindex, mac: mac, sourceMAC: rewrites ? LabAddresses.hostMAC : nil,
                    uplink: rewrites ? state.gateways.last?.ifindex : nil, tenant: site.tenant, fault: fault))
        }
    }

    private func pod(_ plan: PodPlan) throws(LabError) -> LabPod {
        LabPod(
            name: plan.name, tenant: site.tenant, interface: plan.interface, ifindex: try Self.ifindex(plan.interface),
            mac: plan.mac,
            address: plan.address, ipv6: plan.ipv6, enrolled: plan.enrolled, fault: plan.fault)
    }

    static func ifindex(_ name: String) throws(LabError) -> UInt32 {
        // SAFETY: if_nametoindex() reads the name.
        let index = unsafe if_nametoindex(name)
        guard index > 0 else { throw LabError(.system, "find interface \(name)") }
        return index
    }
}
