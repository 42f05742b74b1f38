import CLibbpf
import Kernel
import Model

/// What becomes of pods in a node's life, as kubelet and CNI plugin bring it about: links, routes, programs. Nobody
/// writes the deployment's maps.
extension LabNode {
    /// The node forgets a pod's neighbors, as it does of a pod that is idle.
    public func forget(_ name: String) throws {
        let pod = try pod(name)
        try enter(pod.tenant) {
            for address in [pod.address, pod.ipv6].compactMap(\.self) {
                // It may not be there.
                _ = try Command.run(["ip", "neigh", "del", "\(address)", "dev", pod.interface])
            }
        }
    }

    /// A pod gets another MAC.
    /// - Parameter announced: its kernel tells the neighbors, by gratuitous ARP and unsolicited neighbor advertisement.
    @discardableResult
    public func renew(_ name: String, announced: Bool) throws -> LabPod {
        var pod = try pod(name)
        // Local and unicast stay what they are: the low two bits of the first byte.
        pod.mac = MACAddress(value: (pod.mac.value + 0x0400_0000_0000) & 0xffff_ffff_ffff)
        try enter(name) {
            try NodeSettings.set("ipv4/conf/\(pod.device)/arp_notify", announced ? 1 : 0)
            if pod.ipv6 != nil { try NodeSettings.set("ipv6/conf/\(pod.device)/ndisc_notify", announced ? 1 : 0) }
            try IPBatch.run(["link set \(pod.device) address \(pod.mac)"])
            // The device's neighbors went with its address, the next hop among them.
            try IPBatch.run(plan(pod).neighbors)
        }
        try replace(pod)
        return pod
    }

    /// A pod gets another veth, with the same addresses and the same MAC.
    @discardableResult
    public func move(_ name: String) throws -> LabPod {
        var pod = try pod(name)
        let old = pod.interface
        // pod1, pod1-2, pod1-3, …
        let parts = old.split(separator: "-")
        let life = parts.count > 1 ? Int(parts.last ?? "") ?? 1 : 1
        pod.interface = "\(life > 1 ? parts.dropLast().joined(separator: "-") : old)-\(life + 1)"
        let plan = plan(pod)
        pod.ifindex = try enter(pod.tenant) {
            try IPBatch.run(["link del \(old)"])
            return try build(plan)
        }
        try replace(pod)
        return pod
    }

    /// A pod comes, with an address that no pod had, and with the deployment's programs on its interface.
    @discardableResult
    public func add(_ name: String) throws -> LabPod {
        guard state.tenants.isEmpty, !state.pods.contains(where: { $0.name == name }) else {
            throw LabError(
                .unusable, "pod \(name) cannot be added", facts: ["there is one, or the lab has tenants"])
        }
        let index = LabAddresses.firstFree(state)
        var pod = LabPod(
            name: name, interface: name, ifindex: 0, mac: LabAddresses.mac(of: LabAddresses.pod(index)),
            address: LabAddresses.pod(index), ipv6: state.options.ipv6 ? LabAddresses.pod6(index) : nil, enrolled: true)
        pod.ifindex = try enter {
            try IPBatch.run(["netns add \(pod.namespace)"])
            return try build(plan(pod))
        }
        try enroll([pod])
        try note { $0.pods.append(pod) }
        return pod
    }

    /// Attaches the deployment's programs to the interfaces of pods; its maps learn nothing of them.
    func enroll(_ pods: [LabPod]) throws {
        let programs = state.programs, deployment = state.options.family.deployment
        for (tenant, pods) in Dictionary(grouping: pods, by: \.tenant) {
            try enter(tenant) {
                try deployment.attach(to: pods) { (name) throws(LabError) in
                    let full = (tenant.map { $0 + "/" } ?? "") + name
                    let id = programs.first { $0.name == full }?.id ?? 0
                    return OwnedDescriptor(owning: try negated("open", "program \(full)", bpf_prog_get_fd_by_id(id)))
                }
            }
        }
    }

    /// In the namespace that is the pod's node: both ends of the veth, and its routes. Returns the host side's ifindex.
    private func build(_ plan: PodPlan) throws(LabError) -> UInt32 {
        try IPBatch.run(plan.links)
        try IPBatch.run(plan.inside, in: plan.name)
        try IPBatch.run(plan.routes)
        return try NodeBuilder.ifindex(plan.interface)
    }

    private func plan(_ pod: LabPod) -> PodPlan {
        PodPlan(
            name: pod.namespace, interface: pod.interface, address: pod.address, ipv6: pod.ipv6,
            enrolled: pod.enrolled, ownMAC: pod.mac)
    }

    private func replace(_ pod: LabPod) throws {
        let isNew = state.pods.contains { $0.name == pod.name && $0.ifindex != pod.ifindex }
        if isNew && pod.enrolled { try enroll([pod]) }
        try note { state in
            state.pods = state.pods.map { $0.name == pod.name ? pod : $0 }
        }
    }
}
