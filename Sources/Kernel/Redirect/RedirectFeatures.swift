import Model

/// What of the running kernel decides how the replacement is configured: probed live, no version is compared.
public struct RedirectFeatures: Codable, Hashable, Sendable {
    /// `BPF_FIB_LOOKUP_SKIP_NEIGH`: an unknown flag gives EINVAL.
    public var skipsNeighbor: Bool
    /// The kfunc `bpf_rdonly_cast`, from tc.
    public var readsDevice: Bool
    /// `bpf_redirect_peer` from tc: egress `peer`.
    public var redirectsToPeer: Bool
    /// Lookups in a DEVMAP_HASH from tc: membership `enrolled`.
    public var looksUpDevices: Bool
    /// Why not, in the kernel's words, for what is missing of the first two.
    public var reasons: [String]

    public init(
        skipsNeighbor: Bool, readsDevice: Bool, redirectsToPeer: Bool = true, looksUpDevices: Bool = true,
        reasons: [String] = []
    ) {
        self.skipsNeighbor = skipsNeighbor
        self.readsDevice = readsDevice
        self.redirectsToPeer = redirectsToPeer
        self.looksUpDevices = looksUpDevices
        self.reasons = reasons
    }

    /// What this kernel has. Needs CAP_BPF and CAP_NET_ADMIN.
    public static func probe() throws(KernelError) -> RedirectFeatures {
        var features = try RedirectTrial.load { features in
            RedirectConfiguration(
                contract: Profile.Contract(families: [.ipv4], protocols: [.udp], onFailure: .pass), membership: .onLink,
                egress: .neigh, fibFlags: features.skipsNeighbor ? RedirectConfiguration.skipNeighbor : 0,
                readsDevice: features.readsDevice, denied: [])
        }.features
        features.redirectsToPeer = Self.has(FeatureProbe.redirectToPeer)
        features.looksUpDevices = Self.has(FeatureProbe.deviceSet)
        return features
    }

    private static func has(_ probe: () throws(KernelError) -> Void) -> Bool {
        do throws(KernelError) { try probe() } catch { return false }
        return true
    }

    /// That this kernel has what only this configuration asks for.
    /// - Throws: `unsupported` with the kernel's words.
    static func require(for configuration: RedirectConfiguration) throws(KernelError) {
        do throws(KernelError) {
            if configuration.egress == .peer { try FeatureProbe.redirectToPeer() }
            if configuration.membership == .enrolled { try FeatureProbe.deviceSet() }
        } catch {
            guard error.errno != .notPermitted else { throw error }
            throw KernelError(
                code: .unsupported, operation: error.operation, subject: error.subject, errno: error.errno,
                detail: error.detail)
        }
    }
}
