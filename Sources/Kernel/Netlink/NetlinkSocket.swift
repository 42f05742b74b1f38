import CKernel
import Glibc
import SystemPackage

/// A socket for requests to netlink(7), in the network namespace of the thread that makes it.
///
/// It sends what reads and refuses everything else: whoever changes the node brings a send call of
/// their own for `descriptor` and reads the answers with `receiveReplies`.
public struct NetlinkSocket: ~Copyable {
    private var channel: NetlinkChannel
    private var sequence: UInt32 = 0

    /// How often an interrupted dump is started again.
    static let dumpAttempts = 5

    public init(_ family: NetlinkProtocol = .route) throws(KernelError) { channel = try NetlinkChannel(family) }

    /// The descriptor; owned by this value.
    public var descriptor: CInt { channel.file.raw }
    /// The number by which notifications name this socket as the cause of a change.
    public var portID: UInt32 { channel.portID }
    /// How many requests may be under way at once without their answers overflowing the receive buffer:
    /// an answer takes a page and its bookkeeping there, however short it is.
    public var batchLimit: Int { max(1, min(256, channel.receiveRoom / 8192)) }

    /// Sets `count` sequence numbers aside for requests about to be sent. Never 0, which
    /// notifications carry.
    /// - Returns: the first of them.
    public mutating func takeSequences(_ count: Int) -> UInt32 {
        if UInt32.max - sequence <= UInt32(count) { sequence = 0 }
        let first = sequence + 1
        sequence += UInt32(count)
        return first
    }

    /// Reads answers until each of the requests `first ..< first + count` has had its status.
    ///
    /// Every request must ask for one (`NLM_F_ACK`, or a dump). The replies come in the kernel's order:
    /// data first, the status of a request last. Answers to earlier requests are passed over.
    /// - Throws: `malformed`, `truncated`, `overrun`, `timeout`; a refusal of the kernel is no error here
    ///   but a reply whose status has an errno.
    public mutating func receiveReplies(
        to first: UInt32, count: Int = 1, operation: String, subject: String
    ) throws(KernelError) -> [NetlinkReply] {
        var replies: [NetlinkReply] = []
        try receive(first, count, operation, subject) { (header, payload, status) throws(NetlinkFault) in
            replies.append(
                NetlinkReply(header: header, payload: status == nil ? payload.byteArray() : [], status: status))
            return status != nil
        }
        return replies
    }

    /// Sends messages that read, in one call.
    /// - Throws: `refused` for any other message, before anything is sent.
    mutating func send(
        _ messages: some Collection<NetlinkMessage>, first: UInt32, _ operation: String, _ subject: String
    ) throws(KernelError) {
        var bytes: [UInt8] = []
        var next = first
        for message in messages {
            guard message.isRead(channel.family) else {
                throw .refused(operation, subject, "message type \(message.type) is not a read")
            }
            message.encode(sequence: next, into: &bytes)
            next += 1
        }
        try send(bytes, operation, subject)
    }

    /// Only for bytes of messages that were checked.
    private func send(_ bytes: [UInt8], _ operation: String, _ subject: String) throws(KernelError) {
        while true {
            // SAFETY: the pointer is to `bytes.count` bytes, which outlive the call.
            let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, 0)
            if sent == bytes.count { return }
            if sent >= 0 { throw .malformed(operation, subject, "\(sent) of \(bytes.count) bytes were sent") }
            guard errno == EINTR else { throw .call(operation, subject, .last) }
        }
    }

    /// Reads until `body` has said, once for each request, that it is answered.
    mutating func receive(
        _ first: UInt32, _ count: Int, _ operation: String, _ subject: String,
        _ body: (NetlinkHeader, RawSpan, NetlinkStatus?) throws(NetlinkFault) -> Bool
    ) throws(KernelError) {
        let portID = channel.portID
        var open = count
        let fault = { (fault: NetlinkFault) in KernelError.malformed(operation, subject, fault.description) }
        while open > 0 {
            _ = try channel.receive(operation, subject, waiting: true) { (datagram) throws(KernelError) in
                try NetlinkFraming.forEachMessage(in: datagram, orFault: fault) {
                    (header, payload) throws(KernelError) in
                    guard header.portID == portID, header.sequence >= first,
                        header.sequence - first < UInt32(count)
                    else { return }
                    do throws(NetlinkFault) {
                        switch Int32(header.type) {
                        case NLMSG_NOOP: return
                        case NLMSG_OVERRUN: throw NetlinkFault("overrun")
                        case NLMSG_ERROR:
                            let status = try NetlinkStatus(error: payload, header: header)
                            if try body(header, payload, status) { open -= 1 }
                        case NLMSG_DONE:
                            let status = try NetlinkStatus(done: payload, header: header)
                            if try body(header, payload, status) { open -= 1 }
                        default:
                            if try body(header, payload, nil) { open -= 1 }
                        }
                    } catch { throw fault(error) }
                }
            }
        }
    }

    /// Dumps a table and makes a value of each message.
    ///
    /// A dump that changes interrupted (`NLM_F_DUMP_INTR`) or that overflowed the buffer starts again.
    /// - Throws: `changing` after five attempts; `call` with the kernel's own words.
    mutating func dump<Value>(
        _ request: NetlinkMessage, of subject: String, expecting type: Int,
        _ parse: (RawSpan) throws(NetlinkFault) -> Value?
    ) throws(KernelError) -> [Value] {
        var message = request
        message.flags |= UInt16(truncatingIfNeeded: NLM_F_DUMP)
        for attempt in 1...Self.dumpAttempts {
            let first = takeSequences(1)
            var values: [Value] = []
            var interrupted = false
            var end: NetlinkStatus?
            do throws(KernelError) {
                try send(CollectionOfOne(message), first: first, "dump", subject)
                try receive(first, 1, "dump", subject) { (header, payload, status) throws(NetlinkFault) in
                    if header.has(NLM_F_DUMP_INTR) { interrupted = true }
                    if let status {
                        end = status
                        return true
                    }
                    guard Int(header.type) == type else {
                        throw NetlinkFault("message type \(header.type), not \(type)")
                    }
                    if let value = try parse(payload) { values.append(value) }
                    return false
                }
            } catch {
                channel.drain()
                guard error.code == .overrun || error.code == .truncated, attempt < Self.dumpAttempts else {
                    throw error
                }
                continue
            }
            if let errno = end?.errno { throw .call("dump", subject, errno, detail: end?.text) }
            if !interrupted { return values }
        }
        throw .changing("dump", subject, attempts: Self.dumpAttempts)
    }

    /// Sends requests that have one answer each, in one send.
    /// - Parameter body: called once for each request with its index, and either a payload or a status.
    mutating func exchange(
        _ requests: some Collection<NetlinkMessage>, first: UInt32, count: Int, of subject: String,
        _ body: (Int, RawSpan, NetlinkStatus?) throws(NetlinkFault) -> Void
    ) throws(KernelError) {
        do throws(KernelError) {
            try send(requests, first: first, "read", subject)
            try receive(first, count, "read", subject) { (header, payload, status) throws(NetlinkFault) in
                try body(Int(header.sequence - first), payload, status)
                return true
            }
        } catch {
            channel.drain()
            throw error
        }
    }

    /// As above, for requests that differ in one field only: made once, copied for each, and written over.
    ///
    /// A route query for every entry of a large map would else spend its time in small arrays.
    /// - Parameters:
    ///   - offset: of the field, from the start of the message.
    ///   - write: is given the index of the request, and appends the field's bytes, as many as the template has there.
    mutating func exchange(
        copiesOf template: NetlinkMessage, fieldAt offset: Int, count: Int, of subject: String,
        _ write: (Int, inout [UInt8]) -> Void,
        _ body: (Int, RawSpan, NetlinkStatus?) throws(NetlinkFault) -> Void
    ) throws(KernelError) {
        guard template.isRead(channel.family) else {
            throw .refused("read", subject, "message type \(template.type) is not a read")
        }
        let first = takeSequences(count)
        let message = template.encoded(sequence: 0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * message.count)
        for index in 0..<count {
            let start = bytes.count
            bytes += message[..<8]
            bytes += (first + UInt32(index)).hostBytes
            bytes += message[12..<offset]
            write(index, &bytes)
            bytes += message[(bytes.count - start)...]
        }
        do throws(KernelError) {
            try send(bytes, "read", subject)
            try receive(first, count, "read", subject) { (header, payload, status) throws(NetlinkFault) in
                try body(Int(header.sequence - first), payload, status)
                return true
            }
        } catch {
            channel.drain()
            throw error
        }
    }

    /// Sends one request that has one answer and makes a value of it.
    /// - Throws: `call` when the kernel refuses, with its own words.
    mutating func get<Value>(
        _ request: NetlinkMessage, of subject: String, _ parse: (RawSpan) throws(NetlinkFault) -> Value?
    ) throws(KernelError) -> Value? {
        var value: Value?
        var refusal: NetlinkStatus?
        try exchange(CollectionOfOne(request), first: takeSequences(1), count: 1, of: subject) {
            (_, payload, status) throws(NetlinkFault) in
            if let status { refusal = status } else { value = try parse(payload) }
        }
        if let errno = refusal?.errno { throw .call("read", subject, errno, detail: refusal?.text) }
        return value
    }
}
