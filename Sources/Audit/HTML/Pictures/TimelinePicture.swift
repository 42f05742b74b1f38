import Model

/// The run in time: its steps, and how many packets each side had meanwhile.
struct TimelinePicture {
    private let report: ReportDocument
    private let rates: [Rate]
    /// Nanoseconds since boot.
    private let start: UInt64
    private let end: UInt64

    private static let left = 8, right = Picture.width - 8
    /// Where the traffic is drawn, and where the steps are.
    private static let top = 44, floor = 154

    /// Between two samples.
    private struct Rate {
        var from: UInt64
        var to: UInt64
        /// Packets a second.
        var legacy: UInt64
        var replacement: UInt64
    }

    /// `nil` where no step has its time by the clock that nobody sets back.
    init?(_ report: ReportDocument) {
        self.report = report
        let samples = report.traffic ?? []
        rates = zip(samples, samples.dropFirst()).compactMap(Self.rate)
        let times =
            report.journal.flatMap { [$0.startedNs, $0.endedNs].compactMap(\.self) } + samples.map(\.atNs)
        guard let first = times.min(), let last = times.max(), last > first else { return nil }
        (start, end) = (first, last)
    }

    /// A side whose counters went back was read anew: nothing is said of that span.
    private static func rate(_ one: TrafficSample, _ next: TrafficSample) -> Rate? {
        guard next.atNs > one.atNs, next.legacy >= one.legacy, next.replacement >= one.replacement else { return nil }
        let span = Double(next.atNs - one.atNs) / 1_000_000_000
        return Rate(
            from: one.atNs, to: next.atNs, legacy: UInt64(Double(next.legacy - one.legacy) / span),
            replacement: UInt64(Double(next.replacement - one.replacement) / span))
    }

    func draw() throws -> Picture {
        let most = rates.map { $0.legacy + $0.replacement }.max() ?? 0
        var picture = Picture(
            id: "timeline", title: "The cut in time, with the traffic", description: description(most), caption: caption
        )
        try legend(most, &picture)
        try traffic(most, &picture)
        try picture.line([(Self.left, Self.floor), (Self.right, Self.floor)], "axis")
        try steps(&picture)
        try axis(&picture)
        return picture
    }

    private var caption: String {
        rates.isEmpty
            ? "Each bar is a step of the journal. No command waited for the run and read its counters, so no traffic is shown."
            : "Above: packets a second, the legacy programs’ share in violet, the replacement’s in blue on top of it; below: the "
                + "steps of the journal. The numbers are those of the list of steps. Packets were counted while the run was not confirmed; "
                + "no bar afterwards does not mean no traffic."
    }

    private func description(_ most: UInt64) -> String {
        let steps = report.journal.map { "\($0.sequence) \($0.phase)" }.joined(separator: ", ")
        return
            "\(Self.span(end - start)); at most \(most) packets a second; steps: \(steps)"
    }

    private func x(_ time: UInt64) -> Int {
        let part = Double(min(max(time, start), end) - start) / Double(end - start)
        return Self.left + Int(part * Double(Self.right - Self.left))
    }

    private func legend(_ most: UInt64, _ picture: inout Picture) throws {
        guard !rates.isEmpty else { return }
        try picture.box(Self.left, 6, 12, 12, "legacy")
        try picture.text(Self.left + 18, 16, "legacy programs")
        try picture.box(Self.left + 130, 6, 12, 12, "ours")
        try picture.text(Self.left + 148, 16, "replacement")
        try picture.text(Self.right, 16, "up to \(most.grouped) packets/s", "soft", anchor: "end")
    }

    /// Two areas, one on top of the other.
    private func traffic(_ most: UInt64, _ picture: inout Picture) throws {
        guard most > 0 else { return }
        func y(_ packets: UInt64) -> Int {
            Self.floor - Int(Double(packets) / Double(most) * Double(Self.floor - Self.top))
        }
        for rate in rates {
            let (from, to) = (x(rate.from), max(x(rate.from) + 1, x(rate.to)))
            let middle = y(rate.legacy), top = y(rate.legacy + rate.replacement)
            try picture.box(from, middle, to - from, Self.floor - middle, "legacy")
            try picture.box(from, top, to - from, middle - top, "ours")
        }
    }

    /// One row for each phase, in the order in which they began.
    private func steps(_ picture: inout Picture) throws {
        var rows: [String] = []
        for entry in report.journal where !rows.contains(entry.phase) { rows.append(entry.phase) }
        for (number, phase) in rows.prefix(14).enumerated() {
            let y = Self.floor + 10 + 20 * number
            let entries = report.journal.filter { $0.phase == phase && $0.startedNs != nil }
            for entry in entries {
                let from = x(entry.startedNs ?? start)
                try picture.box(from, y, max(3, x(entry.endedNs ?? end) - from), 12, style(entry), round: 2)
            }
            guard let first = entries.first else { continue }
            let place = x(first.startedNs ?? start)
            let label = "\(entries.map { String($0.sequence) }.joined(separator: ",")) \(phase)"
            let end = entries.map { x($0.endedNs ?? self.end) }.max() ?? place
            let width = 7 * label.count
            if end + 8 + width < Self.right {
                try picture.text(max(end, place + 3) + 5, y + 10, label, "soft")
            } else if place - 5 - width > 0 {
                try picture.text(place - 5, y + 10, label, "soft", anchor: "end")
            } else {
                try picture.text(place + 5, y + 10, label, "inside", room: 40)
            }
        }
    }

    private func style(_ entry: JournalEntry) -> String {
        if entry.evidence == nil { return "bad" }
        return ["flip", "share", "commit", "finalize"].contains(entry.phase)
            ? "ours" : ["flip-back", "restore"].contains(entry.phase) ? "legacy" : "unsure"
    }

    private func axis(_ picture: inout Picture) throws {
        let y = picture.height + 14
        try picture.text(Self.left, y, "0 s", "soft")
        try picture.text(Self.right, y, Self.span(end - start), "soft", anchor: "end")
        try picture.text(Picture.width / 2, y, Self.span((end - start) / 2), "soft", anchor: "middle")
    }

    private static func span(_ nanoseconds: UInt64) -> String { Words.duration(microseconds: Int(nanoseconds / 1000)) }
}
