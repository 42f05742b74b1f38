import Lab

/// A ledger as a table.
enum LedgerText {
    static func text(_ ledger: Ledger) -> String {
        let head = ["pod", "address", "sent", "received", "lost", "dup", "reord", "silence ms"]
        let rows = ledger.flows.map { flow in
            [
                flow.pod, flow.address.description, "\(flow.sent)", "\(flow.received)", "\(flow.lost)",
                "\(flow.duplicated)", "\(flow.reordered)", "\(flow.longestSilenceMicroseconds / 1000)",
            ]
        }
        let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
        let lines = ([head] + rows).map { row in
            row.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return column < 2 ? row[column] + gap : gap + row[column]
            }.joined(separator: "  ")
        }
        let verdict =
            "\(ledger.sent) sent, \(ledger.received) received, \(ledger.lost) lost, \(ledger.duplicated) duplicated, "
            + "\(ledger.reordered) reordered in \(ledger.milliseconds) ms"
        return (lines + [verdict]).joined(separator: "\n")
    }
}
