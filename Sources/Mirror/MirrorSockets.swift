import Kernel
import Model

/// All that there is of a mirror: sockets, which hold the two namespaces they were made in.
struct MirrorSockets: ~Copyable {
    var changes: NamespaceChanges
    /// Fences only.
    var near: FrameSocket
    /// Whatever comes out, fences too.
    var far: FrameSocket
    let farPaged: FrameSocket

    /// Makes namespaces and devices. The calling thread ends up in the near namespace, and is good for nothing else.
    /// - Parameter devices: of the layout, and the mirror's own.
    static func make(
        _ layout: MirrorLayout, devices: [MirrorLayout.Device], stack: UInt32
    ) throws(KernelError) -> MirrorSockets {
        let farSide = try FreshNamespace.enter()
        try farSide.set(silent)
        let far = try FrameSocket(receiving: Self.everything)
        let farPaged = try FrameSocket(receiving: 0, isPaged: true)
        var farChanges = try NamespaceChanges(of: farSide)

        let nearSide = try FreshNamespace.enter()
        try nearSide.set(forwarding)
        let near = try FrameSocket(receiving: Fence.etherType)
        var changes = try NamespaceChanges(of: nearSide)
        // Routes need their devices, neighbors too: a refusal ends it, so their order is that of need.
        try changes.make(devices.map { .veth($0, far: farSide.descriptor) })
        // The far ends first: a near one that comes up finds its carrier and may send at once, where one that had to wait
        // for it would be made ready by a worker of the kernel, some time later.
        try farChanges.make(devices.map { .up($0.ifindex) })
        try changes.make([.up(1)] + devices.map { .up($0.ifindex) })
        try changes.make(layout.devices.filter(\.isHook).map { .clsact($0.ifindex) })
        try changes.make(try stackRoutes(stack) + layout.destinations.map { .route($0) })
        try changes.make(layout.destinations.compactMap { .neighbor(of: $0) })
        return MirrorSockets(changes: changes, near: near, far: far, farPaged: farPaged)
    }

    /// `ETH_P_ALL` (include/uapi/linux/if_ether.h).
    private static let everything: UInt16 = 3
}
