import Model

/// One flow's ends: the receiving socket is made in the pod, before anything is sent.
final class TrafficFlow: Sendable {
    static let port: UInt16 = 7000

    let pod: String
    let address: IPAddress
    let receiver: UDPSocket

    /// Room for several seconds of packets, so that a receiver that gets no CPU for a while loses none.
    private static let buffer: CInt = 8 << 20

    init(pod: String, address: IPAddress, in lab: LabNode) throws {
        self.pod = pod
        self.address = address
        receiver = try Entering.run(network: lab.networkPath(pod)) {
            let socket = try UDPSocket(address.family)
            try socket.reserve(bytes: Self.buffer)
            try socket.bind(address, port: Self.port)
            return socket
        }
    }

    /// The sending socket, in the proxy's namespace, for all flows of a family.
    static func sender(_ family: AddressFamily, in lab: LabNode) throws -> UDPSocket {
        let proxy = try lab.pod("ztunnel")
        return try Entering.run(network: lab.networkPath(proxy.name)) {
            let socket = try UDPSocket(family)
            try socket.reserve(bytes: buffer)
            return socket
        }
    }
}
