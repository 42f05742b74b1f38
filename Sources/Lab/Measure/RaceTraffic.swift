import Kernel
import Model

/// The sockets of a race, made once.
struct RaceTraffic {
    private let requests: TCPConnection
    private let transfer: TCPConnection
    private let from: UDPSocket
    private let to: UDPSocket

    private static let ports: (udp: UInt16, requests: UInt16, transfer: UInt16) = (7100, 7101, 7102)

    init(_ path: MeasuredPath, _ address: IPAddress, in lab: LabNode) throws {
        let (sender, receiver) = (path.sender.name, path.receiver.name)
        requests = try TCPConnection(from: sender, to: receiver, address, port: Self.ports.requests, in: lab)
        transfer = try TCPConnection(from: sender, to: receiver, address, port: Self.ports.transfer, in: lab)
        to = try Entering.run(network: lab.networkPath(receiver)) {
            let socket = try UDPSocket(address.family)
            try socket.reserve(bytes: 8 << 20)
            try socket.bind(address, port: Self.ports.udp)
            return socket
        }
        from = try Entering.run(network: lab.networkPath(sender)) {
            let socket = try UDPSocket(address.family)
            try socket.reserve(bytes: 8 << 20)
            try socket.connect(address, port: Self.ports.udp)
            return socket
        }
    }

    func sample(_ metric: Measurement.Metric, _ slice: Slice) throws(LabError) -> Slice.Sample {
        switch metric {
        case .roundTrip: try RoundTrips.sample(requests, slice)
        case .packets: try PacketRate.sample(from: from, to: to, slice)
        case .bulk: try BulkTransfer.sample(transfer, slice)
        case .cost: throw LabError(.unusable, "no traffic has a cost per run")
        }
    }
}
