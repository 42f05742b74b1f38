import CKernel
import Glibc
import Kernel

/// Sends whole frames on one interface (packet(7)): no stack of the sender's own has a part in it.
final class FrameSocket: Sendable {
    private let descriptor: OwnedDescriptor

    /// On `interface` of the calling thread's namespace.
    init(sendingOn interface: String) throws(LabError) {
        let type = CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        // Protocol 0: it receives nothing.
        descriptor = OwnedDescriptor(
            owning: try checked("open", "packet socket", Glibc.socket(AF_PACKET, type, 0)))
        // SAFETY: if_nametoindex() reads the name.
        let index = unsafe if_nametoindex(interface)
        guard index > 0 else { throw LabError(.system, "find interface \(interface)") }
        try negated("bind to", interface, migrate_bind_frames(descriptor.raw, CInt(index)))
    }

    var raw: CInt { descriptor.raw }
}
