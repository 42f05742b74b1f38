import SystemPackage

/// What went wrong while the kernel was read: the one error of this module.
///
/// Made by the static factories below. Reads as "verb object: cause", for example
/// `dump filters of ifindex 4: no such device (Cannot find device)`.
public struct KernelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for code that decides by it.
    public enum Code: String, Hashable, Sendable {
        /// A call failed; `errno` says how.
        case call
        /// The kernel's answer could not be read; `detail` says where.
        case malformed
        /// The answer did not fit into the buffer; the rest of it is lost.
        case truncated
        /// The table kept changing while it was dumped.
        case changing
        /// Notifications were lost (`ENOBUFS`): what was known before is stale.
        case overrun
        /// No answer in time.
        case timeout
        /// This module does not send such a request.
        case refused
        /// This kernel lacks what is asked for.
        case unsupported
        /// The verifier did not take a program; its last words are in `detail`, whatever `errno` it gave.
        case rejected
    }

    public var code: Code
    /// The verb: `dump`, `open`, `enter`.
    public var operation: String
    /// The object: `routes`, `/run/netns/pod1`.
    public var subject: String
    public var errno: Errno?
    /// The kernel's own words (extended ack, verifier log) or a closer description.
    public var detail: String?

    public init(code: Code, operation: String, subject: String, errno: Errno? = nil, detail: String? = nil) {
        self.code = code
        self.operation = operation
        self.subject = subject
        self.errno = errno
        self.detail = detail
    }

    public var description: String {
        let cause =
            switch (errno, detail) {
            case (let errno?, let detail?): "\(errno) (\(detail))"
            case (let errno?, nil): "\(errno)"
            case (nil, let detail?): detail
            case (nil, nil): code.rawValue
            }
        return "\(operation) \(subject): \(cause)"
    }
}

extension KernelError {
    /// A call that failed with `errno`; `detail` is the extended ack, if there was one.
    public static func call(
        _ operation: String, _ subject: String, _ errno: Errno, detail: String? = nil
    ) -> KernelError {
        KernelError(code: .call, operation: operation, subject: subject, errno: errno, detail: detail)
    }

    /// An answer that does not have the form it must have.
    public static func malformed(_ operation: String, _ subject: String, _ detail: String) -> KernelError {
        KernelError(code: .malformed, operation: operation, subject: subject, detail: "malformed: \(detail)")
    }

    /// An answer of `length` bytes that met a buffer of `room` bytes.
    public static func truncated(
        _ operation: String, _ subject: String, length: Int, room: Int
    ) -> KernelError {
        KernelError(
            code: .truncated, operation: operation, subject: subject,
            detail: "answer of \(length) bytes cut to \(room)")
    }

    /// A dump that was interrupted by changes `attempts` times in a row.
    public static func changing(_ operation: String, _ subject: String, attempts: Int) -> KernelError {
        KernelError(
            code: .changing, operation: operation, subject: subject,
            detail: "the table kept changing, \(attempts) attempts")
    }

    /// Messages that the kernel dropped because the socket's buffer was full.
    public static func overrun(_ operation: String, _ subject: String) -> KernelError {
        KernelError(
            code: .overrun, operation: operation, subject: subject, errno: .noBufferSpace,
            detail: "messages were lost")
    }

    /// An answer that did not come within `seconds`.
    public static func timeout(_ operation: String, _ subject: String, seconds: Int) -> KernelError {
        KernelError(
            code: .timeout, operation: operation, subject: subject, detail: "no answer within \(seconds) s")
    }

    /// A request that this module does not send.
    public static func refused(_ operation: String, _ subject: String, _ detail: String) -> KernelError {
        KernelError(code: .refused, operation: operation, subject: subject, detail: detail)
    }

    /// A program that the verifier looked at and did not take (`bpf_prog_load`, kernel/bpf/syscall.c: mostly EACCES or EINVAL).
    public static func rejected(_ subject: String, _ errno: Errno, words: String) -> KernelError {
        KernelError(code: .rejected, operation: "load", subject: subject, errno: errno, detail: words)
    }

    /// Something this kernel lacks.
    public static func unsupported(
        _ operation: String, _ subject: String, _ detail: String, errno: Errno? = nil
    ) -> KernelError {
        KernelError(code: .unsupported, operation: operation, subject: subject, errno: errno, detail: detail)
    }
}
