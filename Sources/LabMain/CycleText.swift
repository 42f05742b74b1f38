import Lab

/// A ledger of cycles as tables.
enum CycleText {
    static func text(_ account: CycleAccount) -> String {
        let total = account.total, seconds = Double(account.milliseconds) / 1000
        var lines = [
            "\(total.cycles) cycles in \(rounded(seconds)) s, \(total.sent) datagrams of \(account.flows) flows", "",
        ]
        lines += table(
            [
                "datagrams", "cycles", "sent", "by legacy", "by replacement", "by both", "by neither", "lost", "dup",
                "reord",
            ],
            account.rows.map(row) + (account.rows.count > 1 ? [row(total)] : []))
        lines.append("")
        lines += table(
            ["frames", "sent", "by legacy", "by replacement", "by neither", "missing"],
            [frames("datagrams", account.datagrams), frames("TCP", account.bulk.frames)])
        let bulk = account.bulk, hooks = account.hooks
        lines += [
            "",
            "TCP: \(bulk.connections) connections, \(bulk.bytesSent) bytes sent, \(bulk.bytesReceived) received, "
                + "\(bulk.differing) pieces differ, \(bulk.retransmitted) segments sent again",
            "Hooks: \(hooks.frames) frames left the pods; \(hooks.legacyRuns) runs of the legacy program and "
                + "\(hooks.switchRuns) of switches, together \(hooks.legacyRuns + hooks.switchRuns)",
            "  switches: \(hooks.handedToLegacy) handed to the legacy program, \(hooks.redirected) redirected "
                + "(\(hooks.arrivedByReplacement) arrived so), \(hooks.passed) passed on, \(hooks.fellForward) fell forward",
        ]
        if account.droppedByReceiver > 0 {
            lines.append("The lab's own sockets were full for \(account.droppedByReceiver) datagrams.")
        }
        let faults = account.faults
        lines += [""] + faults.map { "FAULT: \($0)" }
        lines.append(
            "\(total.sent) sent: lost \(total.lost), duplicated \(total.duplicated), by neither \(total.byNeither), "
                + "by both \(total.byBoth)" + (faults.isEmpty ? "; the ledger balances" : ""))
        return lines.joined(separator: "\n")
    }

    private static func row(_ row: CycleAccount.Row) -> [String] {
        [row.kind?.name ?? "all", "\(row.cycles)"]
            + [
                row.sent, row.byLegacy, row.byReplacement, row.byBoth, row.byNeither, row.lost, row.duplicated,
                row.reordered,
            ].map { "\($0)" }
    }

    private static func frames(_ name: String, _ frames: CycleAccount.Frames) -> [String] {
        [name] + [frames.sent, frames.byLegacy, frames.byReplacement, frames.byOthers, frames.missing].map { "\($0)" }
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
        return ([head] + rows).map { row in
            row.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + gap : gap + row[column]
            }.joined(separator: "  ")
        }
    }

    private static func rounded(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}
