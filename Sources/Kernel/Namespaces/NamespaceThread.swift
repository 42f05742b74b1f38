import Glibc
import SystemPackage

/// A thread for one piece of work that must not leave a trace on any other.
///
/// Why not a thread of a pool: a namespace entered there would be met by whatever runs next on it.
enum NamespaceThread {
    /// Runs `body` on a fresh POSIX thread, waits for its end and hands on what it returned or threw.
    static func run<Value: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var outcome: Result<Value, Failure>?
        withoutActuallyEscaping({ outcome = Result(catching: body) }) { work in
            start(work)
        }
        guard let result = outcome.take() else { preconditionFailure("the thread ended without an outcome") }
        return try result.get()
    }

    private final class Box {
        let work: () -> Void
        init(_ work: @escaping () -> Void) { self.work = work }
    }

    private static func start(_ work: @escaping () -> Void) {
        var thread = pthread_t()
        // SAFETY: the new thread takes over the reference that passRetained made. The caller does
        // nothing until the join below, so that what `work` borrows outlives it and nobody shares it.
        let box = unsafe Unmanaged.passRetained(Box(work))
        let created = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        // Out of threads: nothing sensible is left to do with the request, and nothing was changed.
        precondition(created == 0, "cannot start a thread: \(Errno(rawValue: created))")
        _ = pthread_join(thread, nil)
    }
}
