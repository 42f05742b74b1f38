import Model

/// What of the running kernel decides how the replacement is configured: probed live, no version is compared.
public struct RedirectFeatures: Codable, Hashable, Sendable {
    /// `BPF_FIB_LOOKUP_SKIP_NEIGH`: an unknown flag gives EINVAL.
    public var skipsNeighbor: Bool
    /// `bpf_cast_to_kern_ctx` and `bpf_rdonly_cast`, from tc.
    public var readsDevice: Bool
    /// Why not, in the kernel's words, for what is missing.
    public var reasons: [String]

    public init(skipsNeighbor: Bool, readsDevice: Bool, reasons: [String] = []) {
        self.skipsNeighbor = skipsNeighbor
        self.readsDevice = readsDevice
        self.reasons = reasons
    }

    /// What this kernel has. Needs CAP_BPF and CAP_NET_ADMIN.
    public static func probe() throws(KernelError) -> RedirectFeatures {
        try RedirectTrial.load { features in
            RedirectConfiguration(
                contract: Profile.Contract(families: [.ipv4], protocols: [.udp], onFailure: .pass), membership: .onLink,
                egress: .neigh, fibFlags: features.skipsNeighbor ? RedirectConfiguration.skipNeighbor : 0,
                readsDevice: features.readsDevice, denied: [])
        }.features
    }
}
