import CKernel
import Glibc
import Synchronization

/// A short stretch of traffic between two threads that stay on their processors.
struct Slice: Sendable {
    var nanoseconds: UInt64
    /// Processor of the sending thread; on veths it also does the node's work for what it sends.
    var sender: Int
    var receiver: Int
    /// Sleep when there is nothing to receive. Otherwise both ask again at once, and no figure has the scheduler in it.
    var sleeps: Bool

    /// What a slice came to.
    struct Sample: Sendable {
        /// In the unit of the metric.
        var value: UInt64
        /// Packets that the program at the sender's interface must have seen, at least.
        var packets: UInt64
        /// The same, where answers go by the program as well.
        var answers: UInt64 = 0
    }

    /// What receivers pass to recv(): with it they sleep until the socket's patience ends.
    var receiveFlags: CInt { sleeps ? 0 : CInt(MSG_DONTWAIT) }

    /// Runs both to their ends. `send` must end by itself and say how much it sent, `receive` once it has all of that.
    func run<S: Sendable, R: Sendable>(
        send: @escaping @Sendable (Slice) throws(LabError) -> (sent: UInt64, result: S),
        receive: @escaping @Sendable (Slice, Sent) throws(LabError) -> R
    ) throws(LabError) -> (S, R) {
        let sent = Sent()
        let outcome = (sending: Box<S>(), receiving: Box<R>())
        let second = try WorkThread {
            outcome.receiving.fill { () throws(LabError) in
                try stay(on: receiver)
                return try receive(self, sent)
            }
        }
        let first = try WorkThread {
            // Whatever happens the receiver must come to an end.
            defer { sent.finishIfOpen() }
            outcome.sending.fill { () throws(LabError) in
                try stay(on: sender)
                let done = try send(self)
                sent.finish(done.sent)
                return done.result
            }
        }
        first.join()
        second.join()
        return (try outcome.sending.take(), try outcome.receiving.take())
    }

    private func stay(on processor: Int) throws(LabError) {
        try negated("stay on", "processor \(processor)", migrate_run_on_processor(CInt(processor)))
    }

    /// How much was sent, once that is known.
    final class Sent: Sendable {
        private let total = Atomic<UInt64>(.max)
        private let finished = Atomic<UInt64>(.max)

        /// `nil` while the sender is at it.
        var count: UInt64? {
            let value = total.load(ordering: .acquiring)
            return value == .max ? nil : value
        }

        /// Whether the sender has been done for so long that nothing more will come.
        var isLongOver: Bool { finished.load(ordering: .relaxed) < Clock.now() &- 200_000_000 }

        func finish(_ count: UInt64) {
            finished.store(Clock.now(), ordering: .relaxed)
            total.store(count, ordering: .releasing)
        }

        func finishIfOpen() { if count == nil { finish(0) } }
    }

    /// What a thread leaves behind for the one that waits for it.
    private final class Box<T: Sendable>: Sendable {
        private let held = Mutex<Result<T, LabError>?>(nil)

        func fill(_ body: () throws(LabError) -> T) {
            let result: Result<T, LabError>
            do throws(LabError) { result = .success(try body()) } catch { result = .failure(error) }
            held.withLock { $0 = result }
        }

        func take() throws(LabError) -> T {
            guard let result = held.withLock(\.self) else { throw LabError(.system, "run a slice") }
            return try result.get()
        }
    }
}
