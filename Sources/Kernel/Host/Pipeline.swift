import Dispatch
import Synchronization
import SystemPackage

/// Two threads, one that makes elements and one that takes them, with a bounded queue between them.
///
/// What asks the kernel and what writes to the disk wait for different things: beside each other they take as long as the
/// slower of the two.
public enum Pipeline {
    /// What the maker puts its elements into.
    public struct Inlet<Element: Sendable>: ~Copyable {
        fileprivate let queue: Queue<Element>

        /// Waits for room. False when nobody takes any more: then stop.
        public func send(_ element: Element) -> Bool { queue.put(element) }
    }

    /// Runs `making` on a fresh thread and `taking`, once for each element and in their order, on this one; returns when
    /// both have ended.
    ///
    /// Whatever one of them throws ends the other, and comes out of here; the taker's error first, since the maker's may
    /// follow from it. The two must share no variable but by elements.
    /// - Parameters:
    ///   - depth: how many elements may wait.
    ///   - wrap: makes the caller's kind of error of ours, for a thread that could not be started.
    public static func run<Element: Sendable, Failure: Error>(
        depth: Int, orFail wrap: (KernelError) -> Failure,
        making: (borrowing Inlet<Element>) throws(Failure) -> Void, taking: (Element) throws(Failure) -> Void
    ) throws(Failure) {
        let queue = Queue<Element>(depth)
        var made: Result<Void, Failure> = .success(())
        var taken: Result<Void, Failure> = .success(())
        let started = NamespaceThread.run {
            made = Result { () throws(Failure) in try making(Inlet(queue: queue)) }
            queue.close()
        } beside: {
            taken = Result { () throws(Failure) in
                while let element = queue.take() { try taking(element) }
            }
            queue.stop()
        }
        guard started == 0 else { throw wrap(.call("start", "thread", Errno(rawValue: started))) }
        try taken.get()
        try made.get()
    }

    fileprivate final class Queue<Element: Sendable>: Sendable {
        private struct State {
            var waiting: [Element] = []
            var isClosed = false
            var isStopped = false
        }

        private let state = Mutex(State())
        /// Raised after it is made: libdispatch stops the program when a semaphore goes with less than it began with.
        private let room = DispatchSemaphore(value: 0)
        private let filled = DispatchSemaphore(value: 0)

        init(_ depth: Int) { for _ in 0..<depth { room.signal() } }

        func put(_ element: Element) -> Bool {
            room.wait()
            let isStopped = state.withLock { state in
                if !state.isStopped { state.waiting.append(element) }
                return state.isStopped
            }
            filled.signal()
            return !isStopped
        }

        func take() -> Element? {
            filled.wait()
            let element = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
            room.signal()
            return element
        }

        /// No more comes.
        func close() { filled.signal() }

        /// Nobody takes any more: whoever waits for room goes on and learns it.
        func stop() {
            state.withLock {
                $0.isStopped = true
                $0.waiting = []
            }
            room.signal()
        }
    }
}
