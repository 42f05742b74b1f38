import Model

/// How far the entries bear a layout out, as a whole percent.
enum Confidence {
    static let rule =
        "confidence is the mean of three shares of the entries: known addresses, live interfaces, MACs that fit; "
        + "at most 40 where no attached program reads the map; at most 20 where the key holds a second address of the same family; at most 20 where fewer than a tenth of the entries agree in all three; 10 for an empty map whose types and names alone fit"

    static let emptyMap = 10

    /// - Parameters:
    ///   - isUnread: no attached program reads it, and none did before a run replaced it.
    ///   - hasTwoAddresses: its entries stand for flows.
    static func percent(
        _ evidence: DiscoveryDocument.Evidence, isUnread: Bool = false, hasTwoAddresses: Bool = false
    ) -> Int {
        min(percent(of: evidence), isUnread ? 40 : 100, hasTwoAddresses ? 20 : 100)
    }

    private static func percent(of evidence: DiscoveryDocument.Evidence) -> Int {
        guard evidence.entries > 0 else { return emptyMap }
        let mean = 100 * (evidence.addresses + evidence.interfaces + evidence.macs) / (3 * evidence.entries)
        return evidence.agreeing > 0 && 10 * evidence.agreeing >= evidence.entries ? mean : min(mean, 20)
    }
}
