import Glibc
import Kernel
import Model

/// Where the packets of one flow must come out: a socket, and the interface by which they reached it.
struct TrafficEndpoint: Sendable {
    let socket: UDPSocket
    /// In the pod's namespace. A packet that came by another interface went to another pod, whose kernel would take
    /// it all the same where pods share a namespace.
    let ifindex: UInt32

    /// Room for several seconds of packets, so that a receiver that gets no CPU for a while loses none.
    private static let buffer: CInt = 8 << 20

    /// One socket for each namespace and family, before anything is sent.
    static func receivers(
        of pods: [LabPod], ipv6: Bool, in lab: LabNode
    ) throws -> [IPAddress: TrafficEndpoint] {
        var found: [IPAddress: TrafficEndpoint] = [:]
        for (namespace, pods) in Dictionary(grouping: pods, by: \.namespace) {
            let endpoints = try Entering.run(network: lab.networkPath(namespace)) {
                try receivers(of: pods, ipv6: ipv6)
            }
            found.merge(endpoints) { first, _ in first }
        }
        return found
    }

    /// In the calling thread's namespace.
    private static func receivers(of pods: [LabPod], ipv6: Bool) throws -> [IPAddress: TrafficEndpoint] {
        var found: [IPAddress: TrafficEndpoint] = [:]
        for family in ipv6 ? AddressFamily.allCases : [.ipv4] {
            let socket = try UDPSocket(family)
            try socket.reserve(bytes: buffer)
            try socket.tellInterface()
            try socket.bind(family == .ipv4 ? .v4(0) : .v6(0), port: TrafficFlow.port)
            for pod in pods {
                guard let address = family == .ipv4 ? pod.address : pod.ipv6 else { continue }
                found[address] = TrafficEndpoint(socket: socket, ifindex: try NodeBuilder.ifindex(pod.device))
            }
        }
        return found
    }

    /// A sending socket in a namespace, for all flows of a family.
    static func sender(_ family: AddressFamily, from name: String, in lab: LabNode) throws -> UDPSocket {
        try Entering.run(network: lab.networkPath(name)) {
            let socket = try UDPSocket(family)
            try socket.reserve(bytes: buffer)
            return socket
        }
    }
}
