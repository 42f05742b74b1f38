import CKernel
import Glibc
import Kernel
import SystemPackage

/// Sends netlink changes to one fresh namespace.
///
/// A netlink socket belongs for good to the namespace it was made in. This one is checked once, before it can send
/// anything: the kernel names the namespace of the very socket, and that must be the fresh one.
struct NamespaceChanges: ~Copyable {
    private var socket: NetlinkSocket

    /// A request, and how an error calls it.
    struct Change {
        var message: NetlinkMessage
        var subject: String
    }

    init(of namespace: borrowing FreshNamespace) throws(KernelError) {
        let socket = try NetlinkSocket()
        var cookie: UInt64 = 0
        // SAFETY: the shim writes one UInt64.
        let asked = unsafe migrate_namespace_cookie(socket.descriptor, &cookie)
        guard asked == 0 else { throw .call("read", "cookie of a socket", Errno(rawValue: -asked)) }
        guard cookie == namespace.cookie else {
            throw .refused("change", "namespace \(cookie)", "it is not the one that was made for it")
        }
        self.socket = socket
    }

    /// Makes all of them, in batches; what the first refusal leaves undone stays so.
    mutating func make(_ changes: [Change]) throws(KernelError) {
        var start = 0
        while start < changes.count {
            let end = min(start + socket.batchLimit, changes.count)
            try make(changes[start..<end])
            start = end
        }
    }

    private mutating func make(_ changes: ArraySlice<Change>) throws(KernelError) {
        let batch = NetlinkBatch(changes.map(\.message), first: socket.takeSequences(changes.count))
        try send(batch.bytes)
        let statuses = batch.statuses(
            in: try socket.receiveReplies(
                to: batch.first, count: batch.count, operation: "change", subject: "mirror namespace"))
        for (change, status) in zip(changes, statuses) {
            if let errno = status?.errno { throw .call("make", change.subject, errno, detail: status?.text) }
        }
    }

    private func send(_ bytes: [UInt8]) throws(KernelError) {
        while true {
            // SAFETY: the pointer is to `bytes.count` bytes, which outlive the call.
            let sent = unsafe Glibc.send(socket.descriptor, bytes, bytes.count, 0)
            if sent == bytes.count { return }
            let cause = Errno(rawValue: errno)
            guard sent < 0 else { throw .malformed("change", "mirror namespace", "\(sent) bytes were sent") }
            guard cause == .interrupted else { throw .call("change", "mirror namespace", cause) }
        }
    }
}
