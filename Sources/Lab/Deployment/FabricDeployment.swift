import Kernel
import Model

/// Puts the second deployment on the node, or on each tenant of it: two maps of endpoints, a policy, and on every
/// pod's interface one program that delivers and one that takes only what was delivered.
enum FabricDeployment: LabDeployment {
    static let agent = "fabric-agent"
    static let directory = "/sys/fs/bpf/fabric"
    static let proxy: String? = nil

    static let maps = ["endpoints4", "endpoints6", "policy"]

    /// Neither first in its chain nor handle 1: where another deployment may be.
    static let place = TrafficControl.Place(priority: 10, handle: 0x2a)
    static let podPrograms: [(program: String, direction: TrafficControl.Direction)] = [
        ("fabric_forward", .ingress), ("fabric_policy", .egress),
    ]

    /// The next healthy pod of the same namespace, so that every pod's program has packets to deliver.
    static func sender(to pod: LabPod, in state: LabState) -> String {
        let ring = state.pods.filter { $0.tenant == pod.tenant && $0.enrolled && $0.fault == nil }
        let index = ring.firstIndex { $0.name == pod.name }.map { ($0 + 1) % ring.count } ?? 0
        return ring[index].name
    }

    static func layout(_ family: AddressFamily) -> (any EntryLayout)? {
        family == .ipv4 ? FabricLayout4() : FabricLayout6()
    }

    static func install(on state: inout LabState, site: LabSite) throws(LabError) -> HeldMaps {
        let object = try DeploymentObject.fabric()
        let maps = try object.register(
            maps: Self.maps, programs: ["fabric_forward", "fabric_policy"], in: &state, tenant: site.tenant)
        // The maps before the programs: a program that finds no endpoint sends its packets elsewhere.
        for entry in state.entries where entry.tenant == site.tenant {
            guard let layout = layout(entry.address.family) else { continue }
            try maps[layout.map]?.update(layout.key(entry), layout.value(entry))
        }
        // struct fabric_policy: strict, the node's addresses.
        let own6 = state.options.ipv6 ? LabAddresses.node6.networkBytes : [UInt8](repeating: 0, count: 16)
        try maps["policy"]?.update(UInt32(0).bytes, UInt32(1).bytes + state.address.networkBytes + own6)
        for (name, map) in maps { try map.pin(at: pin(name, site.tenant)) }
        try attach(to: state.pods.filter { $0.enrolled && $0.tenant == site.tenant }) { (name) throws(LabError) in
            try object.program(name)
        }
        return HeldMaps(Array(maps.values))
    }
}
