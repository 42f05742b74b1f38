import Model

/// Routes and rules in the words of ip-route(8) and ip-rule(8).
enum RoutingWords {
    static func line(_ route: Route, _ topology: Topology) -> ExplanationDocument.RouteLine {
        let name = { (ifindex: UInt32) in topology.link(ifindex)?.name ?? "ifindex \(ifindex)" }
        return .init(
            type: type(route.kind), prefix: route.destination, table: RoutingNames.table(tableNumber(route)),
            interface: route.outputInterface.map(name), gateway: route.gateway,
            nextHops: route.nextHops.map { hop in
                "dev \(name(hop.ifindex))" + (hop.gateway.map { " via \($0)" } ?? "")
            }, scope: RoutingNames.scope(route.scope), protocol: RoutingNames.origin(route.origin), metric: route.metric
        )
    }

    static func line(_ rule: Rule) -> ExplanationDocument.RuleLine {
        var words = [rule.isInverted ? "not from" : "from", rule.source.map(prefix) ?? "all"]
        if let destination = rule.destination { words += ["to", prefix(destination)] }
        if rule.tos != 0 { words += ["tos", hex(UInt32(rule.tos))] }
        if let mark = rule.mark {
            let mask = rule.markMask.map { $0 == .max ? "" : "/" + hex($0) } ?? ""
            words += ["fwmark", hex(mark) + mask]
        }
        if let input = rule.inputInterface { words += ["iif", input] }
        if let output = rule.outputInterface { words += ["oif", output] }
        if let users = rule.userIDs { words += ["uidrange", range(users)] }
        if let number = rule.ipProtocol {
            words += ["ipproto", number == 6 ? "tcp" : number == 17 ? "udp" : "\(number)"]
        }
        if let ports = rule.sourcePorts { words += ["sport", range(ports)] }
        if let ports = rule.destinationPorts { words += ["dport", range(ports)] }
        if !rule.otherSelectors.isEmpty { words.append("and \(rule.otherSelectors.count) more") }
        words += action(rule)
        return .init(priority: rule.priority, text: words.joined(separator: " "))
    }

    /// The table that holds the route. Of local and broadcast ones IPv4 names the main table, with which it keeps the local
    /// one together (`fib_trie_table`, net/ipv4/fib_frontend.c).
    static func tableNumber(_ route: Route) -> UInt32 {
        let isLocal = route.kind == .local || route.kind == .broadcast
        return isLocal && route.table == Route.mainTable ? Route.localTable : route.table
    }

    static func type(_ kind: Route.Kind) -> String { kind == .throwing ? "throw" : "\(kind)" }

    /// `FR_ACT_*` (include/uapi/linux/fib_rules.h).
    private static func action(_ rule: Rule) -> [String] {
        switch rule.action {
        case 1: ["lookup", RoutingNames.table(rule.table)]
        case 2: ["goto"]
        case 3: ["nop"]
        case 6: ["blackhole"]
        case 7: ["unreachable"]
        case 8: ["prohibit"]
        default: ["action \(rule.action)"]
        }
    }

    private static func prefix(_ prefix: IPPrefix) -> String {
        prefix.isDefault ? "all" : prefix.isHost ? "\(prefix.address)" : "\(prefix)"
    }

    private static func range(_ range: Rule.Range) -> String {
        range.first == range.last ? "\(range.first)" : "\(range.first)-\(range.last)"
    }

    private static func hex(_ number: UInt32) -> String { "0x" + String(number, radix: 16) }
}
