import Model

/// Rules that look at more of a packet than its destination and input interface.
public enum PacketRules {
    /// The first such rule that a packet to `address` can reach, or `nil`.
    ///
    /// Rules are tried by priority. One that selects on nothing else and points at the table the kernel's
    /// answer came from answers every packet alike, so those behind it are never reached (`fib_rules_lookup`,
    /// net/core/fib_rules.c).
    public static func first(
        concerning address: IPAddress, in rules: [Rule], answeredFrom table: UInt32?, inputInterface: String
    ) -> Rule? {
        for rule in rules where rule.mayConcern(address) {
            if let interface = rule.inputInterface, interface != inputInterface { continue }
            if rule.outputInterface != nil { continue }
            if rule.selectsOnPacket || rule.isInverted { return rule }
            if let table, rule.table == table { return nil }
        }
        return nil
    }
}
