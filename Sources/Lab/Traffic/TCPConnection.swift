import Glibc
import Kernel
import Model

/// A TCP connection into a pod, both ends held here: each is a socket of its own namespace, whichever thread uses it.
final class TCPConnection: Sendable {
    private let sending: OwnedDescriptor
    private let receiving: OwnedDescriptor

    /// In the namespace of whoever connects.
    var client: CInt { sending.raw }
    /// In the pod.
    var server: CInt { receiving.raw }

    /// No call on either end waits for longer than this.
    static let patienceMilliseconds = 100

    /// Connects `sender`, a namespace of the lab, to `address` of the pod `receiver`.
    init(from sender: String, to receiver: String, _ address: IPAddress, port: UInt16, in lab: LabNode) throws {
        let listener = try Entering.run(network: lab.networkPath(receiver)) {
            let socket = try Self.make(address.family)
            // SAFETY: the pointer and the length are those of a whole socket address.
            let bound = unsafe SocketAddress.lend(address, port) { unsafe bind(socket.raw, $0, $1) }
            try checked("bind", "\(address) port \(port)", bound)
            try checked("listen on", "\(address) port \(port)", listen(socket.raw, 1))
            return socket.release()
        }
        let listening = OwnedDescriptor(owning: listener)
        let client = try Entering.run(network: lab.networkPath(sender)) {
            let socket = try Self.make(address.family)
            // SAFETY: as above.
            let connected = unsafe SocketAddress.lend(address, port) { unsafe connect(socket.raw, $0, $1) }
            try checked("connect to", "\(address) port \(port)", connected)
            return socket.release()
        }
        sending = OwnedDescriptor(owning: client)
        receiving = OwnedDescriptor(
            owning: try checked("accept on", "\(address) port \(port)", accept(listening.raw, nil, nil)))
        try Self.prepare(sending.raw)
        try Self.prepare(receiving.raw)
    }

    private static func make(_ family: AddressFamily) throws(LabError) -> OwnedDescriptor {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let raw = try checked("make", "TCP socket", socket(family == .ipv4 ? AF_INET : AF_INET6, type, 0))
        try prepare(raw)
        return OwnedDescriptor(owning: raw)
    }

    /// Every byte at once, and no call that waits for ever.
    private static func prepare(_ raw: CInt) throws(LabError) {
        var one: CInt = 1
        var patience = timeval(tv_sec: 0, tv_usec: patienceMilliseconds * 1000)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            // SAFETY: setsockopt() reads one structure of the size given.
            let set = unsafe setsockopt(raw, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
            try checked("set", "socket's patience", set)
        }
        // SAFETY: setsockopt() reads one int.
        let set = unsafe setsockopt(raw, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        try checked("set", "TCP_NODELAY", set)
    }
}
