import CKernel
import Glibc
import Synchronization

/// A TCP connection between two pods that carries a known pattern: what is missing, doubled or out of its place shows.
final class BulkStream: Sendable {
    /// Bytes of one sending call, at most; the kernel makes super-packets of them.
    static let piece = 64 << 10
    /// A prime: no multiple of any segment's length, so that a shift of whole segments shows as well.
    private static let period = 65521
    private static let pattern: [UInt8] = {
        var state: UInt32 = 1
        let one = (0..<period).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        return one + one + one
    }()

    private let connection: TCPConnection
    private let sentSoFar = Atomic<UInt64>(0)
    private let receivedSoFar = Atomic<UInt64>(0)
    private let differingSoFar = Atomic<UInt64>(0)

    init(_ connection: TCPConnection) { self.connection = connection }

    var server: CInt { connection.server }
    var sent: UInt64 { sentSoFar.load(ordering: .acquiring) }
    var received: UInt64 { receivedSoFar.load(ordering: .acquiring) }
    /// Pieces received that are not what was sent at their place.
    var differing: UInt64 { differingSoFar.load(ordering: .relaxed) }

    var retransmitted: UInt64 {
        var segments: UInt32 = 0
        // SAFETY: writes one number.
        return unsafe migrate_retransmitted(connection.client, &segments) == 0 ? UInt64(segments) : 0
    }

    /// Sends up to a piece, as much as the connection takes now.
    func push() throws(LabError) {
        let start = Int(sent % UInt64(Self.period))
        let count = unsafe Self.pattern.withUnsafeBytes { bytes in
            // SAFETY: the pattern is longer than period and piece together.
            unsafe Glibc.send(
                connection.client, bytes.baseAddress?.advanced(by: start), Self.piece,
                CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
        }
        if count < 0, errno == EAGAIN { return }
        sentSoFar.add(UInt64(try checked("send", "bulk", count)), ordering: .releasing)
    }

    /// Takes what is there and compares it.
    func drain(into buffer: inout [UInt8]) {
        while true {
            // SAFETY: at most the buffer's size.
            let count = unsafe recv(connection.server, &buffer, min(buffer.count, Self.piece), CInt(MSG_DONTWAIT))
            guard count > 0 else { return }
            let start = Int(received % UInt64(Self.period))
            // SAFETY: both are at least that long.
            let same = unsafe Self.pattern.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return false }
                return unsafe memcmp(base.advanced(by: start), buffer, count) == 0
            }
            if !same { differingSoFar.add(1, ordering: .relaxed) }
            receivedSoFar.add(UInt64(count), ordering: .releasing)
        }
    }
}
