import Model

/// What of the running kernel decides how the replacement is configured: probed live, no version is compared.
public struct RedirectFeatures: Codable, Hashable, Sendable {
    /// `BPF_FIB_LOOKUP_SKIP_NEIGH`: an unknown flag gives EINVAL.
    public var skipsNeighbor: Bool
    /// `bpf_cast_to_kern_ctx` and `bpf_rdonly_cast`, from tc.
    public var readsDevice: Bool
    /// Why not, in the kernel's words, for what is missing.
    public var reasons: [String]

    /// Loads the probe and asks it, in the calling thread's network namespace. Needs CAP_BPF and CAP_NET_ADMIN.
    public static func probe() throws(KernelError) -> RedirectFeatures {
        var features = RedirectFeatures(skipsNeighbor: false, readsDevice: false, reasons: [])
        let plain = try FIBProbe(configuration(flags: RedirectConfiguration.skipNeighbor, readsDevice: false))
        // 192.0.2.1 (RFC 5737) is nobody's; only the answer to the flag counts. Index 1 is lo in every namespace.
        let question = FIBProbe.Question(source: nil, destination: .v4(0xc000_0201), ipProtocol: 17)
        let answer = try plain.ask([question], ifindex: 1).first
        features.skipsNeighbor = (answer?.result.rawValue ?? -1) >= 0
        if !features.skipsNeighbor { features.reasons.append("BPF_FIB_LOOKUP_SKIP_NEIGH: \(answer?.result.name ?? "no answer")") }
        do {
            _ = try FIBProbe(configuration(flags: 0, readsDevice: true))
            features.readsDevice = true
        } catch {
            features.reasons.append("bpf_cast_to_kern_ctx, bpf_rdonly_cast: \(error)")
        }
        return features
    }

    private static func configuration(flags: UInt32, readsDevice: Bool) -> RedirectConfiguration {
        RedirectConfiguration(
            contract: Profile.Contract(families: [.ipv4], protocols: [.udp], onFailure: .pass), membership: .onLink,
            egress: .neigh, fibFlags: flags, readsDevice: readsDevice, denied: [], key: nil)
    }
}
