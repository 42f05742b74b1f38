/// Compares a filter with what was there, attribute by attribute.
public enum FilterComparison {
    /// One line for each attribute that differs; empty when they are identical.
    public static func differences(_ title: String, before: Filter, now: Filter) -> [String] {
        var lines: [String] = []
        func compare<T: Equatable>(_ what: String, _ was: T?, _ is: T?, _ show: (T) -> String) {
            guard was != `is` else { return }
            lines.append("\(title): \(what) \(was.map(show) ?? "absent") before, \(`is`.map(show) ?? "absent") now")
        }
        let hex = { (value: UInt32) in "0x" + String(value, radix: 16) }
        compare("parent", before.parent, now.parent, hex)
        compare("chain", before.chain, now.chain) { String($0) }
        compare("priority", before.priority, now.priority) { String($0) }
        compare("protocol", before.protocol, now.protocol) { Hook.protocolName($0) }
        compare("handle", before.handle, now.handle, hex)
        compare("kind", before.kind, now.kind) { $0 }
        compare("program", before.bpf?.programID, now.bpf?.programID) { String($0) }
        compare("tag", before.bpf?.tag, now.bpf?.tag) { $0 }
        compare("name", before.bpf?.name, now.bpf?.name) { "\"\($0)\"" }
        compare("classid", before.bpf?.classID, now.bpf?.classID, hex)
        compare("flags", before.bpf?.flags, now.bpf?.flags, hex)
        compare("offload flags", before.bpf?.offloadFlags, now.bpf?.offloadFlags, hex)
        compare("actions", before.bpf?.hasActions, now.bpf?.hasActions) { $0 ? "present" : "none" }
        return lines
    }
}
