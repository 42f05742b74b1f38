import CMirror
import Glibc
import Kernel
import Model
import SystemPackage

/// A throw-away pair of network namespaces in which programs of a node are tried with real frames.
///
/// The near namespace has devices of the same numbers, MACs and MTUs as the node's, and its FIB gives the same answers
/// for the destinations of the layout; the far one holds the other ends of these veths, where frames go in and come out.
/// It forwards, so that all three ends of a packet are seen: a program redirected it (its TTL is what it was), or left it
/// to the stack (one less), or it does not come out.
///
/// Only this value's sockets hold the namespaces: both go with it, whatever goes wrong.
public struct Mirror: ~Copyable {
    /// Where everything goes that the layout does not name, by a gateway with this MAC.
    public let stack: UInt32
    public static let stackNeighbor = MACAddress(value: 0x0200_0000_fe02)

    /// Carries fences only; nothing is attached there.
    let fence: UInt32
    var fences: UInt64 = 0
    /// Their MTUs.
    private let hooks: [UInt32: UInt32]
    var sockets: MirrorSockets

    /// Makes the namespaces and everything in them, on a thread that lives no longer than that.
    /// - Throws: what the kernel refused; nothing is left of the namespaces then.
    public init(_ layout: MirrorLayout) throws(KernelError) {
        try layout.check()
        let last = layout.devices.map(\.ifindex).max() ?? 1
        let stack = MirrorLayout.Device(
            ifindex: last + 1, name: "mirror-stack", mac: MACAddress(value: 0x0200_0000_fe01), mtu: 65535)
        let fence = MirrorLayout.Device(
            ifindex: last + 2, name: "mirror-fence", mac: MACAddress(value: 0x0200_0000_fe03))
        let sockets = try NamespaceThread.run(orFail: { $0 }) { () throws(KernelError) -> MirrorSockets in
            try MirrorSockets.make(layout, devices: layout.devices + [stack, fence], stack: stack.ifindex)
        }
        self.init(layout, stack: stack.ifindex, fence: fence.ifindex, sockets: sockets)
    }

    private init(_ layout: MirrorLayout, stack: UInt32, fence: UInt32, sockets: consuming MirrorSockets) {
        self.stack = stack
        self.fence = fence
        hooks = Dictionary(layout.devices.filter(\.isHook).map { ($0.ifindex, $0.mtu) }) { first, _ in first }
        self.sockets = sockets
    }

    /// What came of each frame that came in at `ifindex` while `program` was attached there, in the order it came.
    ///
    /// The program is attached for the time of the call. Frames go one at a time: what a program remembers of one
    /// (in a map, say) is there for the next.
    /// - Parameters:
    ///   - program: descriptor of a tc program; side effects of running it are real.
    ///   - ifindex: a hook of the layout.
    public mutating func observe(
        _ program: CInt, at ifindex: UInt32, frames: [MirrorFrame]
    ) throws(KernelError) -> [[Observed]] {
        guard let mtu = hooks[ifindex] else {
            throw .refused("observe", "program at ifindex \(ifindex)", "no hook of the layout")
        }
        try sockets.changes.make([.attach(program, to: ifindex)])
        let outcome: Result<[[Observed]], KernelError>
        do throws(KernelError) { outcome = .success(try exchange(frames, at: ifindex, mtu: mtu)) } catch {
            outcome = .failure(error)
        }
        try sockets.changes.make([.detach(ifindex)])
        return try outcome.get()
    }
}
