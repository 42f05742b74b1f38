import Glibc
import SystemPackage

/// A thread for one piece of work that must not leave a trace on any other.
///
/// Why not a thread of a pool: a namespace entered there would be met by whatever runs next on it.
public enum NamespaceThread {
    /// Runs `body` on a fresh POSIX thread, waits for its end and hands on what it returned or threw.
    /// - Parameter wrap: makes the body's kind of error of ours, for a thread that could not be started.
    public static func run<Value: ~Copyable, Failure: Error>(
        orFail wrap: (KernelError) -> Failure, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var outcome: Result<Value, Failure>?
        let started = withoutActuallyEscaping({ outcome = Result(catching: body) }) { work in
            start(work)
        }
        guard started == 0 else { throw wrap(.call("start", "thread", Errno(rawValue: started))) }
        guard let result = outcome.take() else { preconditionFailure("the thread ended without an outcome") }
        return try result.get()
    }

    /// Runs `work` on a fresh POSIX thread while `body` runs on this one, and returns when both have ended.
    ///
    /// The two must not touch the same variables meanwhile.
    /// - Returns: 0, or why there is no thread; then neither has run.
    static func run(_ work: () -> Void, beside body: () -> Void) -> CInt {
        withoutActuallyEscaping(work) { work in
            var thread = pthread_t()
            let created = create(&thread, work)
            guard created == 0 else { return created }
            body()
            _ = pthread_join(thread, nil)
            return 0
        }
    }

    private final class Box {
        let work: () -> Void
        init(_ work: @escaping () -> Void) { self.work = work }
    }

    /// - Returns: 0, or why there is no thread (`EAGAIN`: as many as the limits allow).
    private static func start(_ work: @escaping () -> Void) -> CInt {
        var thread = pthread_t()
        let created = create(&thread, work)
        if created == 0 { _ = pthread_join(thread, nil) }
        return created
    }

    /// The caller joins the thread, whatever happens, before anything that `work` borrows ends.
    private static func create(_ thread: inout pthread_t, _ work: @escaping () -> Void) -> CInt {
        // SAFETY: the new thread takes over the reference that passRetained made. The caller waits for its end, so that
        // what `work` borrows outlives it.
        let box = unsafe Unmanaged.passRetained(Box(work))
        let created = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        // SAFETY: no thread took the reference over.
        if created != 0 { unsafe box.release() }
        return created
    }
}
