import Glibc
import Kernel
import SystemPackage

/// Sends requests that change something, and waits for the kernel's word on each.
enum Send {
    static func one(
        _ message: NetlinkMessage, socket: inout NetlinkSocket, operation: String, subject: String
    ) throws(KernelError) {
        let refusals = try all([message], socket: &socket, operation: operation, subject: subject)
        if let status = refusals.first, let errno = status?.errno {
            throw KernelError.call(operation, subject, errno, detail: status?.text)
        }
    }

    /// One status per message, in order.
    static func all(
        _ messages: [NetlinkMessage], socket: inout NetlinkSocket, operation: String, subject: String
    ) throws(KernelError) -> [NetlinkStatus?] {
        guard !messages.isEmpty else { return [] }
        let batch = NetlinkBatch(messages, first: socket.takeSequences(messages.count))
        let bytes = batch.bytes
        while true {
            // SAFETY: the pointer is to `bytes.count` bytes, which outlive the call.
            let sent = unsafe Glibc.send(socket.descriptor, bytes, bytes.count, 0)
            if sent == bytes.count { break }
            if sent >= 0 {
                throw KernelError.malformed(operation, subject, "\(sent) of \(bytes.count) bytes were sent")
            }
            let cause = Errno(rawValue: errno)
            guard cause == .interrupted else { throw KernelError.call(operation, subject, cause) }
        }
        return batch.statuses(
            in: try socket.receiveReplies(
                to: batch.first, count: batch.count, operation: operation, subject: subject))
    }
}
