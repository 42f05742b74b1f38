import CLibbpf
import Model

/// The probe of each ``KernelFeature``: a few instructions or the replacement itself, loaded, run once, attached to nothing.
///
/// Each throws what the kernel said where it has none, as it does without CAP_BPF and CAP_NET_ADMIN.
enum FeatureProbe {
    static func namespaceCookie() throws(KernelError) { _ = try NetworkNamespace.current() }

    static func redirectToPeer() throws(KernelError) {
        try run(.redirectPeer, migrate_load_peer_probe(), verdict: 7)
    }

    /// A look into such a map from tc: which programs may is the verifier's word.
    static func deviceSet() throws(KernelError) { try run(.deviceSet, migrate_load_device_set_probe(), verdict: 0) }

    static func jiffies() throws(KernelError) { try run(.jiffies, migrate_load_jiffies_probe(), verdict: 0) }

    static func compareAndSwap() throws(KernelError) { try run(.compareAndSwap, migrate_load_swap_probe(), verdict: 7) }

    static func tailCall() throws(KernelError) {
        let loaded = try checked("load", "a probe of bpf_tail_call", migrate_load_callee_probe())
        let slot = try LegacySlot()
        let caller = try TailCallTrial.caller(slot)
        try slot.put(try BPFProgram(owning: OwnedDescriptor(owning: loaded)))
        try expect(.tailCall, of: caller.descriptor, verdict: 5)
    }

    static func timer() throws(KernelError) {
        let made = try checked("create", "a map with a timer", migrate_make_timer_map())
        // `bpf_timer_init` wants the map to be held by user space.
        let map = OwnedDescriptor(owning: made)
        try run(.timer, migrate_load_timer_probe(map.raw), verdict: 0)
    }

    static func tcx() throws(KernelError) {
        // Index 1 is lo in every namespace.
        guard try TCXList.read(ifindex: 1, direction: .ingress) != nil else {
            throw .unsupported("query", "tcx", "the kernel does not know the attach type", errno: .invalidArgument)
        }
    }

    /// One page, which is the least.
    static func ringBuffer() throws(KernelError) {
        _ = OwnedDescriptor(owning: try checked("create", "a ring buffer", migrate_make_ring_buffer_probe()))
    }

    static func skipsNeighbor() throws(KernelError) {
        try require(.skipNeighbor) { $0.skipsNeighbor }
    }

    /// The replacement itself: that there is such a kfunc does not say that the verifier takes what is done with it.
    static func readsDevice() throws(KernelError) {
        try require(.readDevice) { $0.readsDevice }
    }

    private static func require(
        _ feature: KernelFeature, _ isThere: (RedirectFeatures) -> Bool
    ) throws(KernelError) {
        let features = try RedirectFeatures.probe()
        guard !isThere(features) else { return }
        throw .unsupported("use", feature.name, features.reasons.joined(separator: "; "))
    }

    private static func run(_ feature: KernelFeature, _ loaded: CInt, verdict: UInt32) throws(KernelError) {
        let program = OwnedDescriptor(owning: try checked("load", "a probe of \(feature.name)", loaded))
        try expect(feature, of: program, verdict: verdict)
    }

    private static func expect(
        _ feature: KernelFeature, of program: borrowing OwnedDescriptor, verdict: UInt32
    ) throws(KernelError) {
        let packet = [UInt8](repeating: 0, count: 64)
        let result = try TestRun.tc(program, packet: packet, ifindex: 1)
        guard result.verdict == verdict else {
            throw .unsupported("use", feature.name, "its probe returned \(result.verdict), not \(verdict)")
        }
    }
}
