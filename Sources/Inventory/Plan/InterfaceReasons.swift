/// Interfaces by reason, in the order in which they came.
struct InterfaceReasons {
    private var order: [String] = []
    private var interfaces: [String: [String]] = [:]

    mutating func add(_ reason: String, _ interface: String) {
        if interfaces[reason] == nil { order.append(reason) }
        // A filter may come in several parts.
        guard interfaces[reason]?.last != interface else { return }
        interfaces[reason, default: []].append(interface)
    }

    var all: [(reason: String, names: String)] {
        order.map { reason in
            let names = interfaces[reason] ?? []
            let shown = names.prefix(3).joined(separator: ", ")
            return (reason, names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown)
        }
    }
}
