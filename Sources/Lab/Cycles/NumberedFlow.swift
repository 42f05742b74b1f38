import CKernel
import Kernel
import Model
import Synchronization

/// Numbered datagrams from one pod to another.
final class NumberedFlow: Sendable {
    /// Datagrams of one turn; a word of the witness's table holds two turns.
    static let turn = 8
    /// Sent and not yet received, at most: no queue on the way, and no socket, ever overflows.
    private static let window: UInt64 = 64

    enum Shape: String, CaseIterable {
        /// Each datagram by itself.
        case small
        /// A turn is one super-packet, which the kernel cuts up behind the hook.
        case segmented

        var payload: Int { self == .small ? 64 : 1200 }
    }

    let index: Int
    let shape: Shape
    private let socket: UDPSocket
    /// Numbers that have a place.
    private let limit: UInt64

    private let sentSoFar = Atomic<UInt64>(0)
    private let receivedSoFar = Atomic<UInt64>(0)
    /// Given up as lost, so that the flow goes on.
    private let writtenOff = Atomic<UInt64>(0)

    init(index: Int, _ shape: Shape, _ socket: UDPSocket, limit: UInt64) {
        self.index = index
        self.shape = shape
        self.socket = socket
        self.limit = limit
    }

    var sent: UInt64 { sentSoFar.load(ordering: .acquiring) }
    /// Datagrams that arrived, copies among them.
    var received: UInt64 { receivedSoFar.load(ordering: .relaxed) }

    var isUsedUp: Bool { sent + UInt64(Self.turn) > limit }

    func countReceived() { receivedSoFar.add(1, ordering: .relaxed) }

    private var underWay: UInt64 {
        let back = received + writtenOff.load(ordering: .relaxed)
        return sent > back ? sent - back : 0
    }

    /// Sends a turn, unless too much is under way. For one thread.
    /// - Returns: how many left.
    func send() throws(LabError) -> Int {
        let first = sent
        guard underWay + UInt64(Self.turn) <= Self.window, !isUsedUp else { return 0 }
        let count: CInt
        switch shape {
        case .small: count = migrate_send_numbered(socket.raw, UInt32(index), first, shape.payload, CInt(Self.turn))
        case .segmented:
            count = migrate_send_numbered_together(socket.raw, UInt32(index), first, shape.payload, CInt(Self.turn))
        }
        sentSoFar.add(UInt64(try negated("send", "datagrams of flow \(index)", count)), ordering: .releasing)
        return Int(count)
    }

    /// What is under way will not come any more.
    func writeOff() { writtenOff.add(underWay, ordering: .relaxed) }
}
