import CKernel
import Kernel
import Model

/// The sockets of a ledger's traffic: from each pod to the one before it, in both families.
struct CycleFlows {
    private(set) var flows: [NumberedFlow] = []
    private(set) var streams: [BulkStream] = []
    /// One for each pod and family, whichever flows come there.
    private(set) var receivers: [UDPSocket] = []

    /// - Parameter limit: numbers of each flow that have a place.
    init(in lab: LabNode, pods: [LabPod], limit: UInt64) throws {
        for (index, receiver) in pods.enumerated() {
            let sender = pods[(index + 1) % pods.count]
            for address in [receiver.address, receiver.ipv6].compactMap(\.self) {
                receivers.append(try Self.receiver(address, receiver, in: lab))
                for shape in NumberedFlow.Shape.allCases {
                    for _ in 0..<Self.count(shape) {
                        let socket = try Self.sender(shape, flows.count, to: address, from: sender, in: lab)
                        flows.append(NumberedFlow(index: flows.count, shape, socket, limit: limit))
                    }
                }
                let connection = try TCPConnection(
                    from: sender.namespace, to: receiver.namespace, address, port: UInt16(WITNESS_TCP_PORT), in: lab)
                streams.append(BulkStream(connection))
            }
        }
    }

    /// Flows of a pod and family; so many small ones, so that a few per cent of all flows are some.
    private static func count(_ shape: NumberedFlow.Shape) -> Int { shape == .small ? 8 : 1 }

    /// How many flows a lab of so many pods has.
    static func count(pods: Int) -> Int { pods * 2 * NumberedFlow.Shape.allCases.reduce(0) { $0 + count($1) } }

    private static func receiver(_ address: IPAddress, _ pod: LabPod, in lab: LabNode) throws -> UDPSocket {
        try Entering.run(network: lab.networkPath(pod.namespace)) {
            let socket = try UDPSocket(address.family)
            try socket.reserve(bytes: 8 << 20)
            try socket.bind(address, port: UInt16(WITNESS_UDP_PORT))
            return socket
        }
    }

    /// A port of its own for each flow, the same in every run: so is the side of a canary that it is on.
    private static func sender(
        _ shape: NumberedFlow.Shape, _ flow: Int, to address: IPAddress, from pod: LabPod, in lab: LabNode
    ) throws -> UDPSocket {
        guard let own = address.family == .ipv4 ? pod.address : pod.ipv6 else {
            throw LabError(.unusable, "pod \(pod.name) has no \(address.family.rawValue) address")
        }
        return try Entering.run(network: lab.networkPath(pod.namespace)) {
            let socket = try UDPSocket(address.family)
            try socket.reserve(bytes: 1 << 20)
            try socket.bind(own, port: UInt16(20_000 + flow))
            try socket.connect(address, port: UInt16(WITNESS_UDP_PORT))
            if shape == .segmented {
                try negated("segment", "flow \(flow)", migrate_segment(socket.raw, CInt(shape.payload)))
            }
            return socket
        }
    }
}
