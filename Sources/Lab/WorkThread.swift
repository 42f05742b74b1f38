import Glibc
import Synchronization

/// A thread of its own, which nothing else runs on: it may enter namespaces or sleep, and dies afterwards.
///
/// Threads of the concurrency pool and of Dispatch are shared: a namespace entered there would leak into other work.
final class WorkThread: Sendable {
    private final class Job: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: Mutex<pthread_t?>

    init(_ body: @escaping @Sendable () -> Void) throws(LabError) {
        var thread = pthread_t()
        let job = unsafe Unmanaged.passRetained(Job(body))
        // SAFETY: the new thread takes the one reference that passRetained() made; if there is no thread, we do.
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, job.toOpaque())
        if result != 0 { unsafe job.release() }
        try numbered("start", "thread", result)
        self.thread = Mutex(thread)
    }

    /// Waits for its end; later calls return at once.
    func join() {
        let mine = thread.withLock { held in
            defer { held = nil }
            return held
        }
        if let mine { pthread_join(mine, nil) }
    }
}
