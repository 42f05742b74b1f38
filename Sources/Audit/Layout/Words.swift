import FoundationEssentials
import Model

/// Small things every text says the same way.
enum Words {
    /// `1 hook`, `2 hooks`.
    static func count(_ number: Int, _ noun: String) -> String { number.of(noun) }

    /// The first four of a list, and how many more there are.
    static func list(_ items: [String]) -> String {
        let shown = items.prefix(4).joined(separator: ", ")
        return items.count > 4 ? "\(shown) and \(items.count - 4) more" : shown
    }

    /// UTC, to the second: `2026-02-03 04:05:06 UTC`.
    static func time(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    /// From microseconds, three digits at most before the unit: `850 µs`, `12.4 ms`, `3.2 s`.
    static func duration(microseconds: Int) -> String {
        switch microseconds {
        case ..<1000: "\(microseconds) µs"
        case ..<1_000_000: tenths(microseconds, of: 1000) + " ms"
        case ..<120_000_000: tenths(microseconds, of: 1_000_000) + " s"
        default: "\(microseconds / 60_000_000) min \(microseconds / 1_000_000 % 60) s"
        }
    }

    /// By the time of day, which somebody may have set back in between.
    static func duration(from start: Date, to end: Date) -> String {
        guard end >= start else { return "? (the clock was set back)" }
        return duration(microseconds: Int((end.timeIntervalSince(start) * 1_000_000).rounded()))
    }

    private static func tenths(_ number: Int, of unit: Int) -> String {
        let rounded = (number * 10 + unit / 2) / unit
        return "\(rounded / 10).\(rounded % 10)"
    }

    /// `168 app_redirect (tag 646f99559a3b1c2d)`.
    static func program(_ program: ProgramReference?) -> String {
        guard let program else { return "no eBPF program" }
        return "\(program.id) \(program.name.isEmpty ? "(no name)" : program.name) (tag \(program.tag))"
    }

    /// A hook's place as tc(8) names its parts.
    static func slot(priority: UInt16, handle: UInt32, chain: UInt32, protocol name: String) -> String {
        "prio \(priority) handle 0x\(String(handle, radix: 16)) chain \(chain) proto \(name)"
    }

    /// The namespace of a hook that is not in the node's own; empty for one that is.
    static func elsewhere(_ netns: NamespaceIdentity, than node: NamespaceIdentity) -> String {
        netns.elsewhere(than: node.cookie)
    }
}
