import Glibc
import Model

/// An address and a port as the socket calls want them.
enum SocketAddress {
    /// The pointer is valid during `body` only.
    static func lend<T>(
        _ address: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
    ) -> T {
        var storage = sockaddr_storage()
        // SAFETY: sockaddr_storage is large enough and aligned for every family; only the family's own part is
        // written, through its own type, and lent for the duration of the call.
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            let size: Int
            switch address {
            case .v4(let value):
                size = MemoryLayout<sockaddr_in>.size
                let four = sockaddr_in(
                    sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian,
                    sin_addr: in_addr(s_addr: value.bigEndian), sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
                unsafe bytes.storeBytes(of: four, as: sockaddr_in.self)
            case .v6:
                size = MemoryLayout<sockaddr_in6>.size
                var six = sockaddr_in6()
                six.sin6_family = sa_family_t(AF_INET6)
                six.sin6_port = port.bigEndian
                unsafe withUnsafeMutableBytes(of: &six.sin6_addr) { unsafe $0.copyBytes(from: address.networkBytes) }
                unsafe bytes.storeBytes(of: six, as: sockaddr_in6.self)
            }
            return unsafe bytes.withMemoryRebound(to: sockaddr.self) { pointer in
                guard let base = pointer.baseAddress else { preconditionFailure("storage without an address") }
                return unsafe body(UnsafePointer(base), socklen_t(size))
            }
        }
    }
}
