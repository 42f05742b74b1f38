import CLibbpf

/// Single features that a choice rests on, found out by loading a few instructions and running them once.
///
/// Each throws what the kernel said where it has none, as it does without CAP_BPF and CAP_NET_ADMIN.
enum FeatureProbe {
    /// `bpf_redirect_peer` from tc, for egress `peer`.
    static func redirectToPeer() throws(KernelError) {
        try run("bpf_redirect_peer", migrate_load_peer_probe(), verdict: 7)
    }

    /// A look into a map of type DEVMAP_HASH from tc, for membership `enrolled`.
    static func deviceSet() throws(KernelError) {
        try run("BPF_MAP_TYPE_DEVMAP_HASH", migrate_load_device_set_probe(), verdict: 0)
    }

    static func run(_ feature: String, _ loaded: CInt, verdict: UInt32) throws(KernelError) {
        let program = OwnedDescriptor(owning: try checked("load", "a probe of \(feature)", loaded))
        let packet = [UInt8](repeating: 0, count: 64)
        // Index 1 is lo in every namespace.
        let result = try TestRun.tc(program, packet: packet, ifindex: 1)
        guard result.verdict == verdict else {
            throw KernelError.unsupported("use", feature, "its probe returned \(result.verdict), not \(verdict)")
        }
    }
}
