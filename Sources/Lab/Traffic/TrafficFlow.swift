import Model

/// One flow's ends: the receiving socket is made in the pod, before anything is sent.
final class TrafficFlow: Sendable {
    static let port: UInt16 = 7000

    let pod: String
    let address: IPAddress
    let receiver: UDPSocket
    /// In the namespace of whoever the map decides for: the proxy, or another pod.
    let sender: UDPSocket

    /// Room for several seconds of packets, so that a receiver that gets no CPU for a while loses none.
    private static let buffer: CInt = 8 << 20

    init(pod: String, address: IPAddress, sender: UDPSocket, in lab: LabNode) throws {
        self.pod = pod
        self.address = address
        self.sender = sender
        receiver = try Entering.run(network: lab.networkPath(pod)) {
            let socket = try UDPSocket(address.family)
            try socket.reserve(bytes: Self.buffer)
            try socket.bind(address, port: Self.port)
            return socket
        }
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
