import Model

/// Replacement and probe, loaded together and attached to nothing, with the best configuration this kernel takes.
///
/// One load answers three questions: does the verifier take what `apply` would load, which features are there,
/// and what does the FIB say. Reading the kernel's BTF is by far the most of a load's time.
public struct RedirectTrial {
    public let probe: FIBProbe
    public let features: RedirectFeatures
    public let configuration: RedirectConfiguration

    /// - Parameter make: the configuration for what the kernel has; asked with everything first, then with less.
    /// - Throws: what the verifier said, where even the least configuration is refused; `unsupported` where the kernel
    ///   lacks what membership or egress need.
    public static func load(
        _ make: (RedirectFeatures) -> RedirectConfiguration
    ) throws(KernelError) -> RedirectTrial {
        var features = RedirectFeatures(skipsNeighbor: true, readsDevice: true)
        var configuration = make(features)
        try RedirectFeatures.require(for: configuration)
        var probe: FIBProbe
        do {
            probe = try load(configuration)
        } catch {
            features.readsDevice = false
            configuration = make(features)
            probe = try load(configuration)
            // Only what a load without the kfuncs does not say, too, is owed to them.
            features.reasons.append("bpf_rdonly_cast: \(error)")
        }
        if configuration.fibFlags & RedirectConfiguration.skipNeighbor != 0, try !takesFlags(probe) {
            features.skipsNeighbor = false
            features.reasons.append("BPF_FIB_LOOKUP_SKIP_NEIGH: the flag is unknown")
            configuration = make(features)
            probe = try load(configuration)
        }
        return RedirectTrial(probe: probe, features: features, configuration: configuration)
    }

    private static func load(_ configuration: RedirectConfiguration) throws(KernelError) -> FIBProbe {
        let object = try ReplacementObject.open(
            configuration, programs: [configuration.program, FIBProbe.program])
        return try FIBProbe(try object.load())
    }

    /// An unknown flag gives EINVAL, before anything else is looked at.
    private static func takesFlags(_ probe: FIBProbe) throws(KernelError) -> Bool {
        // 192.0.2.1 (RFC 5737) is nobody's; only the answer to the flag counts. Index 1 is lo in every namespace.
        let question = FIBProbe.Question(source: nil, destination: .v4(0xc000_0201), ipProtocol: 17)
        return (try probe.ask([question], ifindex: 1).first?.result.rawValue ?? -1) >= 0
    }
}
