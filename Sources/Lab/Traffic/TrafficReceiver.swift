import Glibc
import Synchronization

/// Receives the packets of all flows and keeps count of them.
final class TrafficReceiver: Sendable {
    private let run: UInt64
    private let flows: [TrafficFlow]
    /// Nanoseconds (CLOCK_MONOTONIC) when to end.
    private let deadline = Atomic<UInt64>(.max)
    private let state: Mutex<[FlowCount]>

    init(run: UInt64, flows: [TrafficFlow]) {
        self.run = run
        self.flows = flows
        state = Mutex([FlowCount](repeating: FlowCount(), count: flows.count))
    }

    var counts: [FlowCount] { state.withLock(\.self) }

    func stop(atLatest moment: UInt64) { deadline.store(moment, ordering: .relaxed) }

    /// Runs on a thread of its own until `stop`'s moment.
    func loop() {
        let sockets = Dictionary(flows.map { ($0.receiver.socket.raw, $0.receiver.socket) }) { first, _ in first }
        var waiting = sockets.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 2048)
        while Clock.now() < deadline.load(ordering: .relaxed) {
            // SAFETY: the count is the array's.
            guard unsafe poll(&waiting, nfds_t(waiting.count), 20) > 0 else { continue }
            for index in waiting.indices where waiting[index].revents != 0 {
                let socket = waiting[index].fd
                while let arrival = sockets[socket]?.receive(into: &buffer) {
                    record(buffer.prefix(arrival.count), socket, arrival.ifindex)
                }
            }
        }
    }

    private func record(_ bytes: ArraySlice<UInt8>, _ socket: CInt, _ ifindex: UInt32) {
        let now = Clock.now()
        guard let packet = TrafficPacket(bytes), packet.run == run, flows.indices.contains(Int(packet.flow)) else {
            return
        }
        let index = Int(packet.flow), receiver = flows[index].receiver
        // One that was delivered to another pod is not this flow's.
        guard receiver.socket.raw == socket, receiver.ifindex == ifindex else { return }
        state.withLock { $0[index].record(packet.sequence, sent: packet.sent, at: now) }
    }
}
