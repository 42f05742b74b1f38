import Glibc
import Kernel
import Model
import SystemPackage

/// Puts the map-based deployment on the node, as Istio's agent and CNI plugin do: maps filled and pinned, programs
/// attached and not pinned.
struct AmbientDeployment {
    /// Writable descriptors of the pinned maps, which the agent holds for as long as it lives.
    final class Held: Sendable {
        let descriptors: [CInt]

        init(_ descriptors: [CInt]) { self.descriptors = descriptors }
    }

    /// Runs in the node's namespace; adds the objects' ids to `state`.
    static func install(on state: inout LabState) throws(LabError) -> Held {
        let object = try AmbientObject.load()
        var held: [CInt] = []
        for name in AmbientMap.names {
            let borrowed = try object.map(name)
            state.maps.append(.init(name: name, id: try BPFIdentifier.ofMap(borrowed)))
            held.append(try copy(borrowed))
        }
        for name in ["ztunnel_host_ingress", "app_outbound", "app_inbound", "ztunnel_tproxy"] {
            state.programs.append(.init(name: name, id: try BPFIdentifier.ofProgram(try object.program(name))))
        }
        // The maps before the programs: a program that finds no proxy drops.
        try fill(object, state)
        for name in AmbientMap.names { try object.pin(map: name, at: AmbientMap.pin(name)) }
        try attach(object, state)
        return Held(held)
    }

    private static func fill(_ object: borrowing AmbientObject, _ state: LabState) throws(LabError) {
        let apps = try map("app_info", of: object)
        for entry in state.entries { try apps.update(entry.key, entry.value) }
        guard let proxy = state.proxy else { throw LabError(.system, "fill ztunnel_info", facts: ["no proxy"]) }
        let proxies = try map("ztunnel_info", of: object)
        // struct ambient_proxy: ifindex, MAC, flag, padding.
        try proxies.update(UInt32(0).bytes, proxy.ifindex.bytes + proxy.mac.bytes + [0, 0])
        let hosts = try map("host_ip_info", of: object)
        // struct ambient_host: sixteen bytes, an IPv4 address in the last four.
        try hosts.update(UInt32(0).bytes, [UInt8](repeating: 0, count: 12) + state.address.networkBytes)
        if state.options.ipv6 { try hosts.update(UInt32(1).bytes, LabAddresses.node6.networkBytes) }
    }

    private static func attach(_ object: borrowing AmbientObject, _ state: LabState) throws(LabError) {
        guard let proxy = state.proxy else { throw LabError(.system, "attach", facts: ["no proxy"]) }
        try TrafficControl.attach(program: try object.program("ztunnel_host_ingress"), to: proxy.ifindex, .ingress)
        let outbound = try object.program("app_outbound")
        let inbound = try object.program("app_inbound")
        for pod in state.pods where pod.enrolled {
            try TrafficControl.attach(program: outbound, to: pod.ifindex, .ingress)
            try TrafficControl.attach(program: inbound, to: pod.ifindex, .egress)
        }
        let transparent = try object.program("ztunnel_tproxy")
        do {
            try Entering.run(network: "/run/netns/\(proxy.name)") {
                // SAFETY: if_nametoindex() reads the name.
                try TrafficControl.attach(program: transparent, to: unsafe if_nametoindex("eth0"), .ingress)
            }
        } catch let error as LabError { throw error } catch { throw LabError(.system, "attach: \(error)") }
    }

    private static func map(_ name: String, of object: borrowing AmbientObject) throws(LabError) -> AmbientMap {
        try AmbientMap(name, owning: OwnedDescriptor(owning: try copy(try object.map(name))))
    }

    private static func copy(_ descriptor: CInt) throws(LabError) -> CInt {
        try checked("copy", "descriptor", fcntl(descriptor, F_DUPFD_CLOEXEC, 3))
    }
}
