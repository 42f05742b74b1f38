import Glibc
import Kernel
import Model

/// What a frame had been through when a pod received it.
public struct LabFrame: Hashable, Sendable {
    public var destination: MACAddress
    public var source: MACAddress
    public var etherType: UInt16
    /// TTL, or hop limit; one less than the sender's for each stack that forwarded it.
    public var hopLimit: UInt8
}

/// Listens on a namespace's interfaces (packet(7)); UDP to the traffic's port only.
final class FrameCapture {
    private let socket: OwnedDescriptor

    /// In the calling thread's namespace; frames are kept from here on.
    init() throws(LabError) {
        let type = CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        // ETH_P_ALL (3) in network order.
        socket = OwnedDescriptor(
            owning: try checked("open", "packet socket", Glibc.socket(AF_PACKET, type, CInt(UInt16(3).bigEndian))))
    }

    /// Up to `count` frames, fewer when `milliseconds` pass before they come.
    func frames(_ count: Int, milliseconds: Int) -> [LabFrame] {
        let deadline = Clock.now() + UInt64(milliseconds) * 1_000_000
        var found: [LabFrame] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while found.count < count, Clock.now() < deadline {
            var waiting = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
            // SAFETY: one structure; recv() writes at most the array's count.
            guard unsafe poll(&waiting, 1, 20) > 0 else { continue }
            let length = unsafe recv(socket.raw, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            if length > 0, let frame = Self.frame(buffer.prefix(length)) { found.append(frame) }
        }
        return found
    }

    private static func frame(_ bytes: ArraySlice<UInt8>) -> LabFrame? {
        guard bytes.count >= 14 + 40 + 8, let destination = MACAddress(bytes: bytes[0..<6]),
            let source = MACAddress(bytes: bytes[6..<12])
        else { return nil }
        let etherType = UInt16(bytes[12]) << 8 | UInt16(bytes[13])
        // Protocol, and where the ports are: the lab's packets have no options and no extension headers.
        let (ipProtocol, hops, ports) = etherType == 0x0800 ? (bytes[23], bytes[22], 34) : (bytes[20], bytes[21], 54)
        let port = UInt16(bytes[ports + 2]) << 8 | UInt16(bytes[ports + 3])
        guard ipProtocol == UInt8(IPPROTO_UDP), port == TrafficFlow.port else { return nil }
        return LabFrame(destination: destination, source: source, etherType: etherType, hopLimit: hops)
    }
}

extension LabNode {
    /// Frames of the traffic that runs now, as they arrive in a pod.
    public func frames(in pod: String, count: Int = 20, milliseconds: Int = 3000) throws -> [LabFrame] {
        try enter(pod) { try FrameCapture().frames(count, milliseconds: milliseconds) }
    }
}
