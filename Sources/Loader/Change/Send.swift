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
        try send(batch, socket: &socket, operation: operation, subject: subject)
        return batch.statuses(
            in: try socket.receiveReplies(
                to: batch.first, count: batch.count, operation: operation, subject: subject))
    }

    /// What the kernel said to one message of several.
    enum Answer {
        case done
        case refused(KernelError)
        /// It was sent, and the answer could not be had.
        case unknown(KernelError)
    }

    /// As `all`, for whoever must know what may have been changed: throws only where nothing was sent.
    static func each(
        _ messages: [NetlinkMessage], socket: inout NetlinkSocket, operation: String, subject: (Int) -> String
    ) throws(KernelError) -> [Answer] {
        guard !messages.isEmpty else { return [] }
        let what = messages.count == 1 ? subject(0) : "\(messages.count) objects, the first \(subject(0))"
        let batch = NetlinkBatch(messages, first: socket.takeSequences(messages.count))
        try send(batch, socket: &socket, operation: operation, subject: what)
        do throws(KernelError) {
            let replies = try socket.receiveReplies(
                to: batch.first, count: batch.count, operation: operation, subject: what)
            return batch.statuses(in: replies).enumerated().map { index, status in
                guard let status else { return .unknown(.malformed(operation, subject(index), "no status")) }
                guard let errno = status.errno else { return .done }
                return .refused(.call(operation, subject(index), errno, detail: status.text))
            }
        } catch {
            return messages.map { _ in .unknown(error) }
        }
    }

    /// The kernel has worked off all of it when this returns (`netlink_rcv_skb`, net/netlink/af_netlink.c).
    private static func send(
        _ batch: NetlinkBatch, socket: inout NetlinkSocket, operation: String, subject: String
    ) throws(KernelError) {
        let bytes = batch.bytes
        while true {
            // SAFETY: the pointer is to `bytes.count` bytes, which outlive the call.
            let sent = unsafe Glibc.send(socket.descriptor, bytes, bytes.count, 0)
            if sent == bytes.count { return }
            if sent >= 0 {
                throw KernelError.malformed(operation, subject, "\(sent) of \(bytes.count) bytes were sent")
            }
            let cause = Errno(rawValue: errno)
            guard cause == .interrupted else { throw KernelError.call(operation, subject, cause) }
        }
    }
}
