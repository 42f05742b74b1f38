import Glibc
import Kernel
import Model

/// Puts the map-based deployment on the node, as Istio's agent and CNI plugin do: maps filled and pinned, programs
/// attached and not pinned.
enum AmbientDeployment: LabDeployment {
    static let agent = "install-cni"
    static let directory = AmbientMap.directory
    static let proxy: String? = "ztunnel"
    static let place = TrafficControl.Place()
    static let podPrograms: [(program: String, direction: TrafficControl.Direction)] = [
        ("app_outbound", .ingress), ("app_inbound", .egress),
    ]

    static func sender(to pod: LabPod, in state: LabState) -> String { "ztunnel" }

    static func layout(_ family: AddressFamily) -> (any EntryLayout)? { family == .ipv4 ? AmbientLayout() : nil }

    static func install(on state: inout LabState, site: LabSite) throws(LabError) -> HeldMaps {
        let object = try DeploymentObject.ambient()
        let maps = try object.register(
            maps: AmbientMap.names,
            programs: ["ztunnel_host_ingress", "app_outbound", "app_inbound", "ztunnel_tproxy"],
            in: &state, tenant: nil)
        // The maps before the programs: a program that finds no proxy drops.
        try fill(maps, state)
        for (name, map) in maps { try map.pin(at: AmbientMap.pin(name)) }
        try attach(object, state)
        return HeldMaps(Array(maps.values))
    }

    private static func fill(_ maps: [String: DeploymentMap], _ state: LabState) throws(LabError) {
        guard let proxy = state.proxy else { throw LabError(.system, "fill ztunnel_info", facts: ["no proxy"]) }
        let layout = AmbientLayout()
        for entry in state.entries { try maps["app_info"]?.update(layout.key(entry), layout.value(entry)) }
        // struct ambient_proxy: ifindex, MAC, flag, padding.
        try maps["ztunnel_info"]?.update(UInt32(0).bytes, proxy.ifindex.bytes + proxy.mac.bytes + [0, 0])
        // struct ambient_host: sixteen bytes, an IPv4 address in the last four.
        try maps["host_ip_info"]?.update(
            UInt32(0).bytes, [UInt8](repeating: 0, count: 12) + state.address.networkBytes)
        if state.options.ipv6 { try maps["host_ip_info"]?.update(UInt32(1).bytes, LabAddresses.node6.networkBytes) }
    }

    private static func attach(_ object: borrowing DeploymentObject, _ state: LabState) throws(LabError) {
        guard let proxy = state.proxy else { throw LabError(.system, "attach", facts: ["no proxy"]) }
        let delivering = try object.program("ztunnel_host_ingress")
        try TrafficControl.attach(program: delivering, to: proxy.ifindex, .ingress)
        try attach(to: state.pods.filter(\.enrolled)) { (name) throws(LabError) in try object.program(name) }
        let transparent = try object.program("ztunnel_tproxy")
        try Entering.inside("/run/netns/\(proxy.name)") { () throws(LabError) in
            // SAFETY: if_nametoindex() reads the name.
            try TrafficControl.attach(program: transparent, to: unsafe if_nametoindex("eth0"), .ingress)
        }
    }
}

/// Names of the ambient deployment's maps, and their places.
enum AmbientMap {
    static let names = ["app_info", "ztunnel_info", "host_ip_info", "log_level"]
    static let directory = "/sys/fs/bpf/ambient"

    static func pin(_ name: String) -> String { "\(directory)/\(name)" }
}
