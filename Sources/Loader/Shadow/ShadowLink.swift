import CAttach
import Kernel
import Model
import SystemPackage

/// The link of a shadow: unpinned, so that the kernel takes it away with this process, however it ends.
enum ShadowLink {
    /// Attaches a program directly in front of a hook, for a thread inside its namespace.
    ///
    /// In front of a filter that is the end of the interface's tcx list: of those programs all have seen the packet by then, and
    /// may have changed it. In front of a place at tcx it is the position before it.
    static func attach(_ program: borrowing BPFProgram, before hook: Hook) throws(KernelError) -> OwnedDescriptor {
        let attachment = hook.kind == .tcx ? hook.attachment : nil
        let alone = hook.kind == .tcx && attachment?.linkID == nil ? hook.program?.id : nil
        let raw = migrate_tcx_link(
            hook.ifindex, TCXList.attachType(hook.direction), program.descriptor.raw, attachment?.linkID ?? 0,
            alone ?? 0)
        guard raw >= 0 else { throw .call("attach in front of", hook.title, Errno(rawValue: -raw)) }
        return OwnedDescriptor(owning: raw)
    }
}
