import Kernel
import Model

/// The sockets of a race, made once.
struct RaceTraffic {
    private let requests: TCPConnection
    private let transfer: TCPConnection
    private let from: UDPSocket
    private let to: UDPSocket
    private let frames: FrameSocket
    private let frame: [UInt8]
    /// Nobody reads from it: its buffer is full at once.
    private let sink: UDPSocket

    private static let ports: (udp: UInt16, requests: UInt16, transfer: UInt16, sink: UInt16) = (7100, 7101, 7102, 7103)

    init(_ path: MeasuredPath, from source: IPAddress, to address: IPAddress, in lab: LabNode) throws {
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
        sink = try Entering.run(network: lab.networkPath(receiver)) {
            let socket = try UDPSocket(address.family)
            // The kernel rounds it up to its least.
            try socket.reserve(bytes: 0)
            try socket.bind(address, port: Self.ports.sink)
            return socket
        }
        frames = try Entering.run(network: lab.networkPath(sender)) { try FrameSocket(sendingOn: "eth0") }
        frame =
            MeasuredFrame(
                destination: address, source: source, hardware: LabAddresses.hostMAC, sender: path.sender.mac,
                port: Self.ports.sink
            ).bytes
    }

    func sample(_ metric: Measurement.Metric, _ slice: Slice) throws(LabError) -> Slice.Sample {
        switch metric {
        case .roundTrip: try RoundTrips.sample(requests, slice)
        case .packets: try PacketRate.sample(from: from, to: to, slice)
        case .forwarding: try ForwardingRate.sample(from: frames, frame, to: sink, slice)
        case .bulk: try BulkTransfer.sample(transfer, slice)
        case .cost: throw LabError(.unusable, "no traffic has a cost per run")
        }
    }
}
