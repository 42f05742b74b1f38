import CLibbpf
import Kernel
import Model

/// Loads the replacement for a lab, in every variant that this kernel has.
struct Replacements {
    private let family: LabFamily
    private let features: RedirectFeatures
    /// The uplink, which is a veth as the pods' interfaces are.
    private let denied: [UInt32]
    private let keys: [RedirectConfiguration.LegacyKeys]
    /// Every pod's interface, for membership `enrolled`.
    private let enrolled: DeploymentMap

    /// In the lab's namespace: a set of interfaces is filled by a thread inside.
    init(in lab: LabNode) throws {
        family = lab.state.options.family
        features = try RedirectFeatures.probe()
        denied = lab.state.gateways.map(\.ifindex)
        let deployment = lab.state.options.family.deployment
        keys = AddressFamily.allCases.compactMap { family in
            guard let layout = lab.state.options.family.keyLayout(family), let name = deployment.layout(family)?.map,
                let map = lab.state.maps.first(where: { $0.name == name })
            else { return nil }
            return .init(mapID: map.id, layout: layout, value: lab.state.options.family.legacyMap(family)?.value)
        }
        enrolled = try Self.set(of: lab.pods.map(\.ifindex))
    }

    private static func set(of interfaces: [UInt32]) throws(LabError) -> DeploymentMap {
        // SAFETY: the name is read during the call only; no options.
        let raw = unsafe bpf_map_create(BPF_MAP_TYPE_DEVMAP_HASH, "enrolled", 4, 4, UInt32(interfaces.count), nil)
        let map = try DeploymentMap("enrolled", owning: OwnedDescriptor(owning: try negated("make", "enrolled", raw)))
        for ifindex in interfaces { try map.update(ifindex.bytes, ifindex.bytes) }
        return map
    }

    /// Every egress with every membership; `on-link` also with the deny list alone, as kernels without the kfuncs have it.
    func all() throws(KernelError) -> [Contestant] {
        var all: [Contestant] = []
        for egress in Egress.allCases {
            for membership in Membership.allCases {
                all.append(try load(egress, membership))
                if membership == .onLink, features.readsDevice {
                    all.append(try load(egress, membership, reads: false))
                }
            }
        }
        return all
    }

    /// The switch in each of its states, in front of what is redirected by default.
    ///
    /// - Parameter planned: destinations with the interface that leads there, as a run has them.
    func switches(legacy: UInt32, planned: [IPAddress: UInt32]) throws(KernelError) -> [Contestant] {
        let planned = try PlannedSet(planned)
        var told = configuration(.neigh, .onLink, reads: features.readsDevice)
        (told.keys, told.planned) = (keys, .init(planned))
        var all: [Contestant] = []
        for state in MeasuredSwitch.State.allCases {
            all.append(try MeasuredSwitch.load(told, state, legacy: legacy))
        }
        return all
    }

    /// The shadow of what is redirected by default, for each membership: what it adds to the legacy program behind it, and
    /// in the slot both together.
    func shadows(in lab: LabNode, legacy: UInt32) throws(KernelError) -> [Contestant] {
        let maps = AddressFamily.allCases.compactMap { family -> ShadowConfiguration.LegacyMap? in
            guard let layout = self.family.legacyMap(family),
                let map = lab.state.maps.first(where: { $0.name == layout.name })
            else { return nil }
            return .init(id: map.id, layout: layout)
        }
        var all: [Contestant] = []
        for membership in Membership.allCases {
            let told = configuration(.neigh, membership, reads: features.readsDevice)
            let shadow = ShadowConfiguration(replacement: told, maps: maps)
            all.append(Contestant("shadow \(membership.rawValue)", try ShadowObject.load(shadow).takeProgram()))
            all.append(try MeasuredSwitch.load(shadow, legacy: legacy))
        }
        return all
    }

    func load(_ egress: Egress, _ membership: Membership, reads: Bool = true) throws(KernelError) -> Contestant {
        let readsDevice = reads && features.readsDevice
        let name = ["ours", egress.rawValue, membership.rawValue] + (readsDevice ? [] : ["(deny list only)"])
        return Contestant(
            name.joined(separator: " "),
            try ReplacementObject.load(configuration(egress, membership, reads: readsDevice)), counts: true)
    }

    private func configuration(_ egress: Egress, _ membership: Membership, reads: Bool) -> RedirectConfiguration {
        RedirectConfiguration(
            contract: family.contract, membership: membership, egress: egress,
            // Writing the MAC needs the neighbor, the others leave it to the kernel.
            fibFlags: features.skipsNeighbor && egress != .mac ? RedirectConfiguration.skipNeighbor : 0,
            readsDevice: reads, denied: denied, keys: membership == .legacyKeys ? keys : [],
            rewritesSource: family.rewritesSource, enrolledMap: membership == .enrolled ? enrolled.id : nil)
    }
}
