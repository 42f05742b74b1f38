/// What the cross-check says of an entry without saying which: many entries of a large map share one.
public struct Judgement: Codable, Hashable, Sendable {
    /// Name of the interface that the map names, where it exists.
    public var legacyInterface: String?
    public var kernel: Finding.Kernel
    public var verdict: Verdict
    public var effect: Effect
    /// What else is true; empty when nothing.
    public var note: String

    public init(legacyInterface: String?, kernel: Finding.Kernel, verdict: Verdict, effect: Effect, note: String) {
        self.legacyInterface = legacyInterface
        self.kernel = kernel
        self.verdict = verdict
        self.effect = effect
        self.note = note
    }

    public init(_ finding: Finding) {
        self.init(
            legacyInterface: finding.legacy.interface, kernel: finding.kernel, verdict: finding.verdict,
            effect: finding.effect, note: finding.note)
    }

    /// As said of one entry.
    public func finding(of target: LegacyTarget) -> Finding {
        Finding(
            address: target.address,
            legacy: .init(
                ifindex: target.ifindex, interface: legacyInterface, mac: target.mac, sourceMAC: target.sourceMAC),
            kernel: kernel,
            verdict: verdict, effect: effect, note: note)
    }
}
