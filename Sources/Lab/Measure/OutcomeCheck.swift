import Kernel

/// Whether a replacement did with the packets what the measurement says: otherwise the figure is of something else.
enum OutcomeCheck {
    /// - Parameters:
    ///   - redirected: how many it must have redirected in between, at least.
    ///   - exactly: no more than that, and nothing that was not eligible (ARP is not).
    static func require(
        _ name: String, _ before: [String: UInt64], _ after: [String: UInt64], redirected: UInt64, exactly: Bool = false
    ) throws(LabError) {
        let rose = after.mapValues { $0 }.merging(before) { $0 &- $1 }.filter { $0.value != 0 }
        let seen = rose[RedirectOutcome.redirected.name] ?? 0
        let harmless: Set = exactly ? [] : [RedirectOutcome.notEligible.name, RedirectOutcome.notUnicast.name]
        let strange = rose.keys.contains { $0 != RedirectOutcome.redirected.name && !harmless.contains($0) }
        guard !strange, exactly ? seen == redirected : seen >= redirected else {
            throw LabError(
                .system, "measure \(name): it did not redirect what it was given",
                facts: ["\(redirected) expected", "counted: \(rose.sorted { $0.key < $1.key }.map { "\($0) \($1)" })"])
        }
    }
}
