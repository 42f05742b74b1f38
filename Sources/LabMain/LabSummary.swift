import Lab

/// A lab in a few lines.
enum LabSummary {
    static func text(_ state: LabState) -> String {
        let entries = Dictionary(uniqueKeysWithValues: state.entries.map { ($0.address, $0) })
        var lines = [
            "lab \(state.options.name) (\(state.options.family.rawValue)) is up, held by process \(state.keeper.pid)"
        ]
        if let proxy = state.proxy { lines.append("  proxy   \(proxy.address) on \(proxy.interface)") }
        for pod in state.pods.prefix(20) {
            let note = pod.fault?.rawValue ?? (entries[pod.address] == nil ? "not enrolled" : "")
            lines.append(line(pod.name, "\(pod.address)", pod.ifindex, "\(pod.mac)", note))
        }
        if state.pods.count > 20 { lines.append("  … and \(state.pods.count - 20) more") }
        for entry in state.entries where entry.fault == .gone {
            lines.append(line("-", "\(entry.address)", entry.ifindex, "\(entry.mac)", "gone"))
        }
        let name = state.options.name == "lab" ? "" : " --name \(state.options.name)"
        lines += [
            "Enter it:      nsenter --net --mount --root -t \(state.keeper.pid)",
            "Run in it:     migrate-lab exec\(name) -- COMMAND",
            "Take it down:  migrate-lab down\(name)",
        ]
        return lines.joined(separator: "\n")
    }

    private static func line(
        _ name: String, _ address: String, _ ifindex: UInt32, _ mac: String, _ note: String
    ) -> String {
        let columns = [column(name, 12), column(address, 16), "ifindex " + column("\(ifindex)", 5), mac]
        return "  " + columns.joined(separator: " ") + (note.isEmpty ? "" : "  \(note)")
    }

    private static func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
