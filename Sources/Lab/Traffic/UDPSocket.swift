import CKernel
import Glibc
import Kernel
import Model
import SystemPackage

/// A UDP socket; it stays in the namespace in which it was made, whichever thread uses it.
///
/// A class, as the thread that makes it (in the namespace) hands it to others; closed with its last user.
final class UDPSocket: Sendable {
    private let descriptor: OwnedDescriptor
    let family: AddressFamily

    init(_ family: AddressFamily) throws(LabError) {
        let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let domain = family == .ipv4 ? AF_INET : AF_INET6
        self.family = family
        descriptor = OwnedDescriptor(owning: try checked("make", "UDP socket", socket(domain, type, 0)))
    }

    var raw: CInt { descriptor.raw }

    /// Room for `bytes` of waiting packets, beyond the system's limit (needs CAP_NET_ADMIN).
    func reserve(bytes: CInt) throws(LabError) {
        for option in [SO_RCVBUFFORCE, SO_SNDBUFFORCE] {
            var value = bytes
            // SAFETY: setsockopt() reads one int.
            try checked(
                "enlarge", "socket buffer",
                unsafe setsockopt(raw, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<CInt>.size)))
        }
    }

    /// Packets come with the interface by which they came; an IPv6 socket takes IPv6 only.
    func tellInterface() throws(LabError) {
        try negated("ask", "socket for interfaces", migrate_tell_interface(raw, family == .ipv4 ? AF_INET : AF_INET6))
    }

    func bind(_ address: IPAddress, port: UInt16) throws(LabError) {
        // SAFETY: the pointer and the length are those of a whole socket address.
        let result = unsafe SocketAddress.lend(address, port) { unsafe Glibc.bind(raw, $0, $1) }
        try checked("bind", "\(address) port \(port)", result)
    }

    /// For many packets to one address; sending then fails once an ICMP error came back.
    func connect(_ address: IPAddress, port: UInt16) throws(LabError) {
        // SAFETY: the pointer and the length are those of a whole socket address.
        let result = unsafe SocketAddress.lend(address, port) { unsafe Glibc.connect(raw, $0, $1) }
        try checked("connect to", "\(address) port \(port)", result)
    }

    /// Not connected on purpose: a connected socket would hand out ICMP errors instead of sending.
    func send(_ bytes: [UInt8], to address: IPAddress, port: UInt16) throws(LabError) {
        // SAFETY: the counts are those of the array and of the socket address.
        let sent = unsafe SocketAddress.lend(address, port) { unsafe sendto(raw, bytes, bytes.count, 0, $0, $1) }
        try checked("send to", "\(address)", sent)
    }

    /// One packet that has arrived, cut to the buffer's size, and where it came in (0 without ``tellInterface()``).
    func receive(into buffer: inout [UInt8]) -> (count: Int, ifindex: UInt32)? {
        var ifindex: UInt32 = 0
        // SAFETY: at most the buffer's size.
        let count = unsafe migrate_receive_at_interface(raw, &buffer, buffer.count, &ifindex)
        return count < 0 ? nil : (count, ifindex)
    }

    /// Packets that the kernel threw away because this socket's buffer was full (SO_MEMINFO, linux/sock_diag.h).
    var drops: UInt32 {
        let meminfo: CInt = 55
        let dropsIndex = 8
        var values = [UInt32](repeating: 0, count: dropsIndex + 1)
        var length = socklen_t(values.count * MemoryLayout<UInt32>.size)
        // SAFETY: the kernel writes at most `length` bytes.
        return unsafe getsockopt(raw, SOL_SOCKET, meminfo, &values, &length) == 0 ? values[dropsIndex] : 0
    }
}
