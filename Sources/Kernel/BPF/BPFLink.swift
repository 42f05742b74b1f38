import CLibbpf
import Glibc
import Model
import SystemPackage

/// An open BPF link: it keeps a program at a place, and goes with its last descriptor or pin.
public struct BPFLink: ~Copyable, Sendable {
    public let descriptor: OwnedDescriptor
    public let record: BPFLinkRecord

    /// The link with this id. Needs CAP_SYS_ADMIN; `ENOENT` when it is gone.
    public init(id: UInt32) throws(KernelError) {
        try self.init(owning: OwnedDescriptor(owning: try checked("open", "link \(id)", bpf_link_get_fd_by_id(id))))
    }

    /// Takes over a descriptor of a link.
    public init(owning descriptor: consuming OwnedDescriptor) throws(KernelError) {
        var info = migrate_link_info()
        // SAFETY: the shim fills `info`.
        try checked("read", "link information", unsafe migrate_link_info(descriptor.raw, &info))
        record = BPFLinkRecord(info)
        self.descriptor = descriptor
    }

    /// Ids of every link on the machine; none before Linux 5.8. Needs CAP_SYS_ADMIN.
    public static func ids() throws(KernelError) -> [UInt32] {
        do { return try BPFObjectKind.link.ids() } catch {
            if error.errno == .invalidArgument { return [] }
            throw error
        }
    }

    /// Every link on the machine that can be read, and those that cannot. Ones that go away meanwhile are left out.
    public static func all() throws(KernelError) -> (links: [BPFLinkRecord], unobserved: [Unobserved]) {
        var links: [BPFLinkRecord] = []
        var unobserved: [Unobserved] = []
        for id in try ids() {
            do throws(KernelError) { links.append(try BPFLink(id: id).record) } catch {
                if error.errno == .noSuchFileOrDirectory { continue }
                unobserved.append(Unobserved(what: "BPF link \(id)", why: error.description))
            }
        }
        return (links, unobserved)
    }
}
