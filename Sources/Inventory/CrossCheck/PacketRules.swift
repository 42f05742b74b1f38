import Model

/// Rules that look at more of a packet than its destination and input interface.
public enum PacketRules {
    /// The first such rule that a packet to `address` can reach, or `nil`.
    ///
    /// Rules are tried by priority. One that selects on nothing else and points at a table the kernel's
    /// answer came from answers every packet alike, so those behind it are never reached (`fib_rules_lookup`,
    /// net/core/fib_rules.c).
    ///
    /// - Parameter tables: tables known to hold the route that was the answer.
    public static func first(
        concerning address: IPAddress, in rules: [Rule], answeredFrom tables: Set<UInt32>, inputInterface: String
    ) -> Rule? {
        answering(address, in: rules, answeredFrom: tables, inputInterface: inputInterface).packet
    }

    /// The rule that points at a table the answer came from, and the first rule before it that selects on more than the
    /// destination, each where there is one.
    static func answering(
        _ address: IPAddress, in rules: [Rule], answeredFrom tables: Set<UInt32>, inputInterface: String
    ) -> (answering: Rule?, packet: Rule?) {
        var packet: Rule?
        for rule in rules where rule.family == address.family {
            // A forwarded packet has no output interface yet; `from`, marks and their like are left aside here.
            let fits =
                rule.destination?.contains(address) ?? true
                && rule.inputInterface ?? inputInterface == inputInterface && rule.outputInterface == nil
            if fits && rule.selectsOnPacket {
                packet = packet ?? rule
                continue
            }
            // What does not fit is passed over, or, inverted, met by every packet.
            if fits != rule.isInverted && tables.contains(rule.table) { return (rule, packet) }
        }
        return (nil, packet)
    }
}
