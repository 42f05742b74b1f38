import Glibc

/// Owns a file descriptor and closes it exactly once.
public struct OwnedDescriptor: ~Copyable, Sendable {
    /// The number, valid for as long as this value lives.
    public let raw: CInt

    /// Takes over `raw`, which nothing else may close.
    public init(owning raw: CInt) {
        precondition(raw >= 0, "a descriptor is never negative")
        self.raw = raw
    }

    deinit {
        // EBADF: somebody closed what is ours, and the number may already name another file.
        if close(raw) != 0 && errno == EBADF { preconditionFailure("descriptor \(raw) was closed twice") }
    }

    /// Hands the number out; the taker closes it.
    public consuming func release() -> CInt {
        let raw = raw
        discard self
        return raw
    }
}
