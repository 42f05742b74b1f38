/// What one membership would come to on this node; a plan has one of each, so that they can be compared.
public struct MembershipMode: Codable, Hashable, Sendable {
    /// Addresses that stand for a list.
    public static let shown = 3

    public var mode: Membership
    /// Destinations that are redirected only afterwards.
    public var widenedTotal: Int
    /// The first of them by address.
    public var widenedFirst: [IPAddress]
    /// Destinations that are redirected only today.
    public var lostTotal: Int
    public var lostFirst: [IPAddress]
    /// Entries by effect.
    public var effects: [String: Int]
    /// What it means for those who filter packets.
    public var filtering: String

    public init(
        mode: Membership, widenedTotal: Int, widenedFirst: [IPAddress], lostTotal: Int, lostFirst: [IPAddress],
        effects: [String: Int], filtering: String
    ) {
        self.mode = mode
        self.widenedTotal = widenedTotal
        self.widenedFirst = Array(widenedFirst.prefix(Self.shown))
        self.lostTotal = lostTotal
        self.lostFirst = Array(lostFirst.prefix(Self.shown))
        self.effects = effects
        self.filtering = filtering
    }
}
